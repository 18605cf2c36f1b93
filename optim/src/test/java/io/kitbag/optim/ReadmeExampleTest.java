package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.zoo.CifarResNet;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Loss;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import org.junit.jupiter.api.Test;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void takesTrainingSteps() {
    Network network = CifarResNet.d(8).network();
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(Init.XAVIER_UNIFORM.source(network, 0));
      // Every pixel of image i is i: a batch that a few steps fit.
      NDArray imagesNchw = scope.arange(0f, 4f).reshape(4, 1, 1, 1).broadcast(4, 3, 16, 16);
      NDArray labelsN = scope.create(new long[] {0, 3, 6, 9}, new Shape(4));
      double first = step(compiled, imagesNchw, labelsN, 1);
      double last = step(compiled, imagesNchw, labelsN, 9);

      assertThat(last).as("loss after some steps").isLessThan(first);
    }
  }

  /** Takes some steps and returns the loss before the last one. */
  private static double step(
      CompiledNetwork network, NDArray imagesNchw, NDArray labelsN, int steps) {
    NDManager manager = network.manager();
    double value = Double.NaN;

    Epochs epochs = Epochs.ofFullBatches(1_281_167, 256);
    Schedule schedule = Schedule.linearScaled(0.1, 256).cosine(epochs.steps(120));
    ParameterGroups groups = ParameterGroups.noBiasDecay(1e-4);
    try (Loss smoothed = CrossEntropy.smoothed(0.1).compile(manager);
        Optimizer nag =
            Sgd.nesterov(0.9)
                .optimizer(manager, groups, network.parameterSpecs(), network.parameters())) {
      for (int i = 0; i < steps; i++) {
        NDArray loss = smoothed.of(manager, network.train(imagesNchw), labelsN);
        NDList gradients = network.gradients(loss, 1); // 1: the factor on the loss
        nag.step(gradients, schedule.at(nag.steps()));
        value = loss.getFloat();
      }
    }
    return value;
  }
}
