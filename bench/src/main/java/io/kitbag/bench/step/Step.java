package io.kitbag.bench.step;

import io.kitbag.models.Network;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;

/** A network and a batch, ready to be run on that batch again and again. */
interface Step extends AutoCloseable {

  /** GluonCV's rate for 256 images (arXiv 1812.01187, section 2.1), scaled to the batch. */
  double LEARNING_RATE_PER_IMAGE = 0.1 / 256;

  /** What a step cost and the loss it started from. */
  record Outcome(StepSample sample, double loss) {}

  /** Takes one step; waits for the device at the end of each phase. */
  Outcome run();

  @Override
  void close();

  /** Sets up a configuration in this process. */
  static Step of(StepSpec spec, StepSettings settings) {
    Network network = network(spec);
    SyntheticBatch batch =
        new SyntheticBatch(spec.batch(), spec.imageSize(), spec.classes(), settings.seed());
    if (settings.task() == Task.EVAL) {
      return EvalStep.of(network, batch, spec, settings);
    }
    return spec.execution().isPlain()
        ? new PlainStep(network, batch, spec, settings)
        : new CompiledStep(network, batch, spec, settings);
  }

  /**
   * The network of a configuration.
   *
   * <p>Residual blocks start as identities (zero γ). With γ = 1 a deep network at random weights
   * blows rounding up: the gradients of ResNet-50-D in fp32 are off by 2 to 9 % from float64, in
   * PyTorch as here, and losses after an update could not be compared. Nothing is dropped: each
   * program would drop other values.
   */
  static Network network(StepSpec spec) {
    return Zoo.network(
        spec.model(), ZooOptions.classes(spec.classes()).withZeroGamma(true).withDropout(0));
  }
}
