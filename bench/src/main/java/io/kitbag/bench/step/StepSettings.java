package io.kitbag.bench.step;

/**
 * What all configurations of a run share.
 *
 * @param task what a step does
 * @param device as {@link Devices#parse} reads it
 * @param threads that one operator may use
 * @param warmup steps before those that are timed; the first tells the loss
 * @param steps timed steps in each JVM
 * @param seed of weights, images and labels
 * @param autotune whether cuDNN tries its algorithms and keeps the fastest, as recipes let it;
 *     nothing on a CPU
 */
public record StepSettings(
    Task task,
    String device,
    int threads,
    OptimizerChoice optimizer,
    int warmup,
    int steps,
    long seed,
    boolean autotune) {

  /** With autotune. */
  public StepSettings(
      Task task,
      String device,
      int threads,
      OptimizerChoice optimizer,
      int warmup,
      int steps,
      long seed) {
    this(task, device, threads, optimizer, warmup, steps, seed, true);
  }

  public StepSettings {
    require("threads", threads, 1);
    require("warmup", warmup, 1);
    require("steps", steps, 1);
    Devices.parse(device);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("%s=%d must be at least %d".formatted(name, value, least));
    }
  }

  /** The same with or without autotune. */
  public StepSettings withAutotune(boolean tune) {
    return new StepSettings(task, device, threads, optimizer, warmup, steps, seed, tune);
  }

  /** As few steps as show how much memory all of them need. */
  public StepSettings withTwoSteps() {
    return new StepSettings(task, device, threads, optimizer, 1, 1, seed, autotune);
  }
}
