package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.precision.script.ScriptModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkTraceTest {

  private static final int BATCH = 4;
  private static final int CLASSES = 5;
  private static final long[] LABELS = {0, 3, 1, 4};

  private final Network described = Zoo.network("cifar_resnet8d", ZooOptions.classes(CLASSES));
  private final CompiledNetwork network =
      CompiledNetwork.of(
          described, Policy.fp32().channelsLast(), Device.cpu(), Normalization.none(3));
  private final NDManager scope = network.manager().newSubManager();
  private final ScriptModule script =
      ScriptModule.compile(
          network.manager(),
          """
          def loss(self: __torch__.M, logits: Tensor, labels: Tensor) -> Tensor:
            return torch.cross_entropy_loss(logits, labels, None, 1, -100, 0.)
          """);
  private NDArray images;

  @BeforeEach
  void load() {
    network.load(Init.KAIMING_NORMAL.values(described, 3));
    images = Reference.Batch.random(BATCH, 3, 16, 12, CLASSES, 5).imagesNchw(scope);
  }

  @AfterEach
  void close() {
    scope.close();
    script.close();
    network.close();
  }

  private NDArray loss(NDArray logits) {
    return script.record(scope, "loss", logits, scope.create(LABELS)).get(0);
  }

  @Test
  void showsTheStepThatTrainingTakes() {
    try (NetworkTrace trace = NetworkTrace.fp32(network)) {
      var before = network.values();
      NetworkTrace.Forward forward = trace.forward(images, new DrawKey(0));
      NetworkTrace.Gradients traced =
          trace.gradients(forward, new NDList(loss(forward.outputs().get(0))), 8);
      assertThat(network.values()).as("nothing is changed").isEqualTo(before);

      NDArray logits = network.train(images);
      NDList gradients = network.gradients(loss(logits), 8);
      assertThat(forward.outputs().get(0).toFloatArray()).isEqualTo(logits.toFloatArray());
      assertThat(traced.ofParameters()).hasSameSizeAs(gradients);
      for (int i = 0; i < gradients.size(); i++) {
        assertThat(traced.ofParameters().get(i).toFloatArray())
            .as(trace.parameters().get(i).name())
            .isEqualTo(gradients.get(i).toFloatArray());
      }
    }
  }

  /** The derivative of softmax cross-entropy: probability minus target, over the batch. */
  @Test
  void gradientOfTheLogitsIsThatOfCrossEntropy() {
    try (NetworkTrace trace = NetworkTrace.fp32(network)) {
      NetworkTrace.Forward forward = trace.forward(images, new DrawKey(0));
      float[] logits = forward.outputs().get(0).toFloatArray();
      var found =
          trace.gradients(forward, new NDList(loss(forward.outputs().get(0))), 2).ofValues();
      assertThat(forward.values().keySet()).isEqualTo(found.keySet()).doesNotContain("input");
      float[] gradient = found.get("fc").toFloatArray();
      for (int n = 0; n < BATCH; n++) {
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
          sum += Math.exp(logits[n * CLASSES + k]);
        }
        for (int k = 0; k < CLASSES; k++) {
          double probability = Math.exp(logits[n * CLASSES + k]) / sum;
          double expected = 2 * (probability - (LABELS[n] == k ? 1 : 0)) / BATCH;
          assertThat(gradient[n * CLASSES + k]).isCloseTo((float) expected, within(1e-6f));
        }
      }
    }
  }

  @Test
  void emulationRoundsEveryStoredValue() {
    try (NetworkTrace trace = NetworkTrace.emulating(ComputeType.FP16, network)) {
      NetworkTrace.Forward forward = trace.forward(images, new DrawKey(0));
      NetworkTrace.Gradients gradients =
          trace.gradients(forward, new NDList(loss(forward.outputs().get(0))), 1);
      for (NDArray value : forward.values().values()) {
        requireHalf(value);
      }
      for (int i = 0; i < gradients.ofParameters().size(); i++) {
        // Norm parameters and their gradients are fp32.
        if (trace.parameters().get(i).role().isWeightMatrix()) {
          requireHalf(gradients.ofParameters().get(i));
        }
      }
    }
  }

  private static void requireHalf(NDArray array) {
    for (float value : array.toFloatArray()) {
      if (FloatFormat.FP16.round(value) != value) {
        throw new AssertionError(value + " is no fp16 number");
      }
    }
  }
}
