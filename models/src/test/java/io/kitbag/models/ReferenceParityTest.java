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
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The plain execution against torchvision's and timm's networks in float64. The oracle is
 * independent: neither its layers nor its arithmetic are ours.
 *
 * <p>Images are such that no value is so near to a kink of an activation function, nor the two
 * largest of a max-pool's window so near to each other, that rounding could choose another
 * derivative: that changes gradients by percents. Where a network is too large for that, as
 * Inception-V3 with its auxiliary head, the mode {@code forward} compares logits and statistics of
 * a training pass, and {@code smooth} also gradients, of a twin on both sides that has SiLU and
 * means in place of what has kinks.
 *
 * <p>Tolerances: float32's rounding grows with depth and most where a batch norm sees few values.
 * PyTorch's own float32 run differs from the float64 one by up to a fifth of what is allowed here.
 */
class ReferenceParityTest {

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
    "cifar_resnet20, 29, 29, eval, 1e-5, 1e-4",
    "cifar_resnet20, 29, 29, train, 1e-5, 1e-4",
    "cifar_resnet20, 32, 32, train, 1e-5, 1e-4",
    "cifar_resnet20d, 29, 29, eval, 1e-5, 1e-4",
    "cifar_resnet20d, 29, 29, train, 1e-5, 1e-4",
    "cifar_resnet20d, 32, 32, train, 1e-5, 1e-4",
    "cifar_resnet8d_w2, 31, 17, train, 1e-5, 1e-4",
    "cifar_wideresnet10_2, 19, 21, eval, 1e-5, 1e-4",
    "cifar_wideresnet10_2, 19, 21, train, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, eval, 1e-5, 1e-4",
    "resnet18_v1d, 33, 35, train, 1e-4, 1e-4",
    "resnet18_v1e, 33, 35, eval, 1e-5, 1e-4",
    "blur_resnet18_v1d, 33, 35, eval, 1e-5, 1e-4",
    "blur_resnet18_v1d, 33, 35, train, 1e-4, 1e-4",
    "blur_resnet50_v1b, 33, 35, eval, 1e-5, 1e-4",
    "se_resnet18_v1b, 33, 35, eval, 1e-5, 1e-4",
    "se_resnet18_v1b, 33, 35, train, 1e-4, 1e-4",
    "resnet50_v1, 65, 33, eval, 1e-5, 1e-4",
    "resnet50_v1b_gn, 33, 35, train, 1e-5, 1e-4",
    "resnet50_v1c, 33, 48, eval, 1e-5, 1e-4",
    "resnext50_32x4d, 33, 35, eval, 1e-5, 1e-4",
    "wide_resnet50_2, 33, 35, eval, 1e-5, 1e-4",
    "mobilenet0.25, 49, 65, eval, 1e-5, 1e-4",
    "mobilenet0.25, 49, 65, train, 1e-4, 5e-4",
    "mobilenet_v2_0.25, 49, 65, eval, 5e-5, 1e-4",
    "mobilenet_v2_0.25, 49, 65, train, 1e-4, 5e-4",
    "mobilenet_v3_large, 49, 65, eval, 5e-5, 5e-4",
    "mobilenet_v3_large, 49, 65, train, 1e-4, 5e-4",
    "mobilenet_v3_small, 49, 65, eval, 1e-5, 1e-4",
    "mobilenet_v3_small, 49, 65, train, 1e-4, 5e-4",
    "mobilenetv3_small_100, 49, 65, eval, 1e-5, 1e-4",
    "mobilenetv3_small_100, 49, 65, train, 1e-4, 5e-4",
    "inception_v3, 75, 75, eval, 1e-5, 1e-4",
    "inception_v3, 299, 299, forward, 1e-4, 0",
    "inception_v3, 299, 299, smooth, 2e-5, 5e-4",
    "resnet50_v1d, 35, 33, eval, 1e-5, 1e-4",
    "resnet50_v1d, 35, 33, train, 1e-4, 5e-4",
  })
  void equalsPyTorch(
      String name, int height, int width, String mode, double forward, double backward) {
    Safetensors expected =
        Reference.tensors("parity-%s-%dx%d-%s.safetensors".formatted(name, height, width, mode));
    Network original = network(name, height);
    Network network =
        mode.equals("smooth") ? original.mapOps(ReferenceParityTest::smooth) : original;
    NetworkBlock block = network.toBlock();
    block.load(Reference.values(network));
    long imageKey = Long.parseLong(expected.metadata().get("image_key"));
    int batch = Integer.parseInt(expected.metadata().get("batch"));
    Shape shape = new Shape(batch, 3, height, width);

    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, shape);
      NDArray images =
          manager.create(Reference.uniformFloats(imageKey, shape.size())).reshape(shape);
      NDArray lossWeights =
          manager
              .create(Reference.uniformFloats(LOSS_KEY, (long) batch * CLASSES))
              .reshape(batch, CLASSES);
      float[] logits;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDList outputsNk =
            block.forward(
                new ParameterStore(manager, false), new NDList(images), !mode.equals("eval"));
        NDArray loss = manager.create(0f);
        for (NDArray output : outputsNk) {
          loss = loss.add(output.mul(lossWeights).sum());
        }
        collector.backward(loss);
        logits = outputsNk.get(0).toFloatArray();
      }
      assertClose(name + " logits", logits, doubles(expected, "logits"), forward);
      assertProjections(block, expected, role -> !role.trainable(), Math.min(10 * forward, 1e-4));
      if (backward > 0) {
        NDArray first = block.getParameters().valueAt(0).getArray().getGradient();
        float[] firstExpected = expected.tensors().get("first_gradient").toFloats();
        assertClose(name + " first gradient", first.toFloatArray(), widen(firstExpected), backward);
        assertProjections(block, expected, Role::trainable, backward);
      }
    }
  }

  /** As {@code smoothed} of reference.py. */
  private static Op smooth(Op op) {
    if (op instanceof MaxPool pool) {
      return new AvgPool(pool.kernel(), pool.stride(), false);
    }
    if (op instanceof Activation act && act.function() == Function.HARD_SIGMOID) {
      return new Activation(Function.SIGMOID);
    }
    return op instanceof Relu || op instanceof Activation ? new Activation(Function.SILU) : op;
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

  /** Gradients, or new statistics, each seen through two random projections. */
  private static void assertProjections(
      NetworkBlock block, Safetensors expected, Predicate<Role> which, double tolerance) {
    double[] norms = doubles(expected, "norms");
    double[] projections = doubles(expected, "projections");
    double floor = SMALLEST_NORM * largestGradient(block.network(), norms);
    int index = 0;
    for (TensorSpec tensor : block.network().tensors()) {
      NDArray array = block.getParameters().get(tensor.name()).getArray();
      double scale = Math.max(norms[index], floor);
      for (int p = 0; which.test(tensor.role()) && p < PROJECTION_KEYS.length; p++) {
        NDArray seen = tensor.role().trainable() ? array.getGradient() : array;
        float[] values = seen.toFloatArray();
        double[] direction = Reference.uniform(PROJECTION_KEYS[p] + index, tensor.size());
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
          sum += values[i] * direction[i];
        }
        assertThat(sum)
            .as("%s %s, projection %d", block.network().name(), tensor.name(), p)
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
