package io.kitbag.bench.step;

import io.kitbag.models.Network;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;

/** A network with its optimizer and a batch, ready to learn from that batch again and again. */
interface TrainingStep extends AutoCloseable {

  /**
   * A tenth of GluonCV's 0.1 for 256 images (arXiv 1812.01187, section 2.1), as early in warm-up:
   * the loss answers a short step almost linearly, so that a difference after it tells of the
   * gradients and not of rounding blown up.
   */
  double LEARNING_RATE_PER_IMAGE = 0.01 / 256;

  /** What a step cost and the loss it started from. */
  record Outcome(StepSample sample, double loss) {}

  /** Takes one step; waits for the device at the end of each phase. */
  Outcome run();

  @Override
  void close();

  /** Sets up a configuration in this process. */
  static TrainingStep of(StepSpec spec, StepSettings settings) {
    Network network = Zoo.network(spec.model(), ZooOptions.classes(spec.classes()));
    SyntheticBatch batch =
        new SyntheticBatch(spec.batch(), spec.imageSize(), spec.classes(), settings.seed());
    return spec.execution().isPlain()
        ? new PlainStep(network, batch, spec, settings)
        : new CompiledStep(network, batch, spec, settings);
  }
}
