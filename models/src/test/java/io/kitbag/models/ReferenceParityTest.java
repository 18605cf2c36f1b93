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
 * In the rows with a tolerance of 0.05 or more rounding moves a few values over a kink of ReLU or
 * hard-swish, so that gradients differ by parts of a percent (mobilenet_v3_large) to percents in
 * any float32 implementation (in torch's own by 4 % for Inception-V3); a wrong layer would change
 * them wholly.
 */
class ReferenceParityTest {

  private static final int BATCH = 2;
  private static final int CLASSES = 10;
  private static final long LOSS_KEY = 6000;

  /**
   * Of the largest gradient's norm: some gradients vanish but for rounding, such as that of a β
   * whose effect the next batch norm subtracts.
   */
  private static final double SMALLEST_NORM = 1e-3;

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
    "cifar_wideresnet10_2, 19, 21, false, 1e-5, 1e-4",
    "cifar_wideresnet10_2, 19, 21, true, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, false, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, true, 1e-4, 1e-4",
    "resnet18_v1e, 33, 35, false, 1e-5, 1e-4",
    "blur_resnet18_v1d, 33, 35, false, 1e-5, 1e-4",
    "blur_resnet18_v1d, 33, 35, true, 1e-4, 1e-4",
    "blur_resnet50_v1b, 33, 35, false, 1e-5, 1e-4",
    "se_resnet18_v1b, 33, 35, false, 1e-5, 1e-4",
    "se_resnet18_v1b, 33, 35, true, 1e-4, 1e-4",
    "resnet50_v1, 65, 33, false, 1e-5, 1e-4",
    "resnet50_v1b_gn, 33, 35, true, 1e-5, 1e-4",
    "resnet50_v1c, 33, 48, false, 1e-5, 1e-4",
    "resnext50_32x4d, 33, 35, false, 1e-5, 1e-4",
    "wide_resnet50_2, 33, 35, false, 1e-5, 1e-4",
    "mobilenet0.25, 49, 65, false, 1e-5, 1e-4",
    "mobilenet0.25, 49, 65, true, 1e-4, 5e-4",
    "mobilenet_v2_0.25, 49, 65, false, 5e-5, 1e-4",
    "mobilenet_v2_0.25, 49, 65, true, 1e-4, 5e-4",
    "mobilenet_v3_large, 49, 65, false, 5e-5, 0.05",
    "mobilenet_v3_small, 49, 65, false, 1e-5, 1e-4",
    "mobilenet_v3_small, 49, 65, true, 1e-4, 5e-4",
    "inception_v3, 91, 75, false, 1e-5, 0.2",
    "inception_v3, 299, 299, true, 1e-4, 0.2",
    "resnet50_v1d, 35, 33, false, 1e-5, 1e-4",
    "resnet50_v1d, 35, 33, true, 1e-3, 0.1",
  })
  void equalsPyTorch(
      String name, int height, int width, boolean training, double forward, double backward) {
    Safetensors expected =
        Reference.tensors("parity-%s-%dx%d.safetensors".formatted(name, height, width));
    Network network = network(name, height);
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
        NDList outputsNk =
            block.forward(new ParameterStore(manager, false), new NDList(images), training);
        NDArray loss = manager.create(0f);
        for (NDArray output : outputsNk) {
          loss = loss.add(output.mul(lossWeights).sum());
        }
        collector.backward(loss);
        logits = outputsNk.get(0).toFloatArray();
      }
      double[] expectedLogits = doubles(expected, mode + "logits");
      assertClose(name + " logits", logits, expectedLogits, forward);

      NDArray first = block.getParameters().valueAt(0).getArray().getGradient();
      float[] firstExpected = expected.tensors().get(mode + "first_gradient").toFloats();
      assertClose(name + " first gradient", first.toFloatArray(), widen(firstExpected), backward);
      assertProjections(block, expected, mode, backward);
    }
  }

  /** The originals drop nothing, and Inception-V3 has its second head at its own size only. */
  private static Network network(String name, int height) {
    boolean blurs = name.startsWith("blur_");
    ZooOptions options =
        ZooOptions.classes(CLASSES)
            .withDropout(0)
            .withBlurPool(blurs)
            .withAuxiliaryHead(height == Zoo.imageSize("inception_v3"));
    return Zoo.network(blurs ? name.substring("blur_".length()) : name, options);
  }

  /** Each gradient, or new statistic, seen through two random projections. */
  private static void assertProjections(
      NetworkBlock block, Safetensors expected, String mode, double tolerance) {
    double[] norms = doubles(expected, mode + "norms");
    double[] projections = doubles(expected, mode + "projections");
    double floor = SMALLEST_NORM * largestGradient(block.network(), norms);
    int index = 0;
    for (TensorSpec tensor : block.network().tensors()) {
      double scale = Math.max(norms[index], floor);
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
            .isCloseTo(projections[PROJECTION_KEYS.length * index + p], within(tolerance * scale));
      }
      index++;
    }
  }

  private static double largestGradient(Network network, double[] norms) {
    double largest = 0;
    for (int i = 0; i < norms.length; i++) {
      if (network.tensors().get(i).role().trainable()) {
        largest = Math.max(largest, norms[i]);
      }
    }
    return largest;
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
