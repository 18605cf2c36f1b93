package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The plain execution against torchvision's and timm's networks in float64. The oracle is
 * independent: neither its layers nor its arithmetic are ours.
 *
 * <p>Tolerances: float32's rounding grows with depth and most where a batch norm sees few values.
 * PyTorch's own float32 run differs from the float64 one by up to a fifth of what is allowed here.
 * In the last row rounding moves a few values over the kink of a ReLU, so that gradients differ by
 * percents in any float32 implementation; a wrong layer would change them wholly.
 */
class ReferenceParityTest {

  private static final int BATCH = 2;
  private static final int CLASSES = 10;
  private static final long LOSS_KEY = 6000;
  private static final long[] PROJECTION_KEYS = {10_000, 20_000};

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, 29, 29, false, 1e-5, 1e-4",
    "cifar_resnet20, 29, 29, true, 1e-5, 1e-4",
    "cifar_resnet20, 32, 32, true, 1e-5, 1e-4",
    "cifar_resnet20d, 29, 29, false, 1e-5, 1e-4",
    "cifar_resnet20d, 29, 29, true, 1e-5, 1e-4",
    "cifar_resnet20d, 32, 32, true, 1e-5, 1e-4",
    "cifar_resnet8d_w2, 31, 17, true, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, false, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, true, 1e-4, 1e-4",
    "resnet50_v1, 65, 33, false, 1e-5, 1e-4",
    "resnet50_v1c, 33, 48, false, 1e-5, 1e-4",
    "resnet50_v1d, 35, 33, false, 1e-5, 1e-4",
    "resnet50_v1d, 35, 33, true, 1e-3, 0.1",
  })
  void equalsPyTorch(
      String name, int height, int width, boolean training, double forward, double backward) {
    Safetensors expected =
        Reference.tensors("parity-%s-%dx%d.safetensors".formatted(name, height, width));
    Network network = Zoo.network(name, ZooOptions.classes(CLASSES));
    NetworkBlock block = network.toBlock();
    block.load(Reference.values(network));
    long imageKey = Long.parseLong(expected.metadata().get("image_key"));
    Shape shape = new Shape(BATCH, 3, height, width);
    String mode = training ? "train." : "eval.";

    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, shape);
      NDArray images =
          manager.create(Reference.uniformFloats(imageKey, shape.size())).reshape(shape);
      NDArray lossWeights =
          manager
              .create(Reference.uniformFloats(LOSS_KEY, BATCH * CLASSES))
              .reshape(BATCH, CLASSES);
      float[] logits;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray logitsNk =
            block
                .forward(new ParameterStore(manager, false), new NDList(images), training)
                .singletonOrThrow();
        collector.backward(logitsNk.mul(lossWeights).sum());
        logits = logitsNk.toFloatArray();
      }
      double[] expectedLogits = doubles(expected, mode + "logits");
      assertClose(name + " logits", logits, expectedLogits, forward);

      NDArray first = block.getParameters().valueAt(0).getArray().getGradient();
      float[] firstExpected = expected.tensors().get(mode + "first_gradient").toFloats();
      assertClose(name + " first gradient", first.toFloatArray(), widen(firstExpected), backward);
      assertProjections(block, expected, mode, backward);
    }
  }

  /** Each gradient, or new statistic, seen through two random projections. */
  private static void assertProjections(
      NetworkBlock block, Safetensors expected, String mode, double tolerance) {
    double[] norms = doubles(expected, mode + "norms");
    double[] projections = doubles(expected, mode + "projections");
    int index = 0;
    for (TensorSpec tensor : block.network().tensors()) {
      NDArray array = block.getParameters().get(tensor.name()).getArray();
      NDArray seen = tensor.role().trainable() ? array.getGradient() : array;
      float[] values = seen.toFloatArray();
      for (int p = 0; p < PROJECTION_KEYS.length; p++) {
        double[] direction = Reference.uniform(PROJECTION_KEYS[p] + index, tensor.size());
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
          sum += values[i] * direction[i];
        }
        assertThat(sum)
            .as("%s %s%s, projection %d", block.network().name(), mode, tensor.name(), p)
            .isCloseTo(
                projections[PROJECTION_KEYS.length * index + p], within(tolerance * norms[index]));
      }
      index++;
    }
  }

  /** Relative to the largest expected value. */
  private static void assertClose(
      String what, float[] actual, double[] expected, double tolerance) {
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual.length).as(what).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s, value %d", what, i)
          .isCloseTo(expected[i], within(tolerance * largest));
    }
  }

  private static double[] doubles(Safetensors file, String name) {
    HostTensor tensor = file.tensors().get(name);
    double[] values = new double[tensor.size()];
    tensor.data().asDoubleBuffer().get(values);
    return values;
  }

  private static double[] widen(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
