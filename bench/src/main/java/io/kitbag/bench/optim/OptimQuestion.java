package io.kitbag.bench.optim;

import io.kitbag.bench.step.Labels;

/**
 * What a process is asked.
 *
 * @param tensors the file that a peer reads; empty for a child JVM, which makes the same itself
 */
record OptimQuestion(
    String rule,
    OptimProgram program,
    String model,
    double learningRate,
    double momentum,
    double weightDecay,
    int threads,
    int warmup,
    int steps,
    long seed,
    String tensors) {

  static OptimQuestion of(OptimSpec spec, OptimSettings settings, String tensors) {
    return new OptimQuestion(
        Labels.of(spec.rule()),
        spec.program(),
        settings.model(),
        spec.rule().learningRate(),
        OptimRule.MOMENTUM,
        OptimRule.WEIGHT_DECAY,
        settings.threads(),
        settings.warmup(),
        settings.steps(),
        settings.seed(),
        tensors);
  }
}
