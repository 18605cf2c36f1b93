package io.kitbag.bench.optim;

/**
 * What all configurations share.
 *
 * @param model whose parameters are updated
 * @param threads that one operator may use
 * @param warmup steps before those that are timed; after them the weights are compared
 * @param steps timed steps in each process
 * @param seed of weights and gradients
 */
public record OptimSettings(String model, int threads, int warmup, int steps, long seed) {

  public OptimSettings {
    require("threads", threads);
    require("warmup", warmup);
    require("steps", steps);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
  }
}
