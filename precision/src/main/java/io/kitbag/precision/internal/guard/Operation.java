package io.kitbag.precision.internal.guard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Op;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;
import java.util.stream.Stream;

/**
 * An operation of fixed shapes whose output and gradients are compared with float64.
 *
 * @param kind the operation of a network that it stands for
 * @param name for people
 * @param call the TorchScript expression, with inputs {@code a0}, {@code a1} …
 * @param inputs their shapes
 * @param rounded how many of the inputs, from the first, are brought into the compute type; the
 *     rest stays fp32
 * @param output the shape of the result
 * @param oracle what is right
 */
record Operation(
    Class<? extends Op> kind,
    String name,
    String call,
    List<Shape> inputs,
    int rounded,
    Shape output,
    Oracle oracle) {

  private static final int BATCH = 2;
  private static final int HEIGHT = 7;
  private static final int WIDTH = 5;

  private static final List<Operation> HEAVY_FIRST =
      List.of(
          convolution(32, 48, 3, 1, 1),
          convolution(3, 24, 3, 2, 1),
          convolution(3, 20, 7, 2, 1),
          convolution(17, 33, 3, 1, 1),
          convolution(50, 31, 3, 2, 1),
          convolution(20, 12, 1, 1, 1),
          convolution(33, 18, 1, 2, 1),
          convolution(10, 30, 5, 1, 1),
          convolution(24, 36, 3, 1, 4),
          convolution(19, 19, 3, 1, 19),
          convolution(21, 21, 5, 2, 21),
          pixelProduct(33, 18),
          linear(50, 10),
          batchNorm(17),
          groupNorm(18, 6));

  /**
   * Kernels 1 to 7, strides 1 and 2, dense, grouped and depthwise, nearly all with channel counts
   * that are no multiples of 16: those came out wrong from PyTorch 2.2 and later on processors
   * whose instruction sets oneDNN misjudged. The strided 1×1 with 512 input channels, whose
   * backward killed the process there, comes last, when all others were found right.
   */
  static final List<Operation> ALL =
      Stream.of(HEAVY_FIRST, LightOperations.ALL, List.of(convolution(512, 70, 1, 2, 1)))
          .flatMap(List::stream)
          .toList();

  private static Operation convolution(
      int channels, int outputs, int kernel, int stride, int groups) {
    ConvolutionOracle oracle =
        new ConvolutionOracle(BATCH, channels, HEIGHT, WIDTH, outputs, kernel, stride, groups);
    int padding = oracle.padding();
    return new Operation(
        Conv2d.class,
        "convolution %s→%s %s×%s stride %s groups %s"
            .formatted(channels, outputs, kernel, kernel, stride, groups),
        "torch.conv2d(a0, a1, None, [%s, %s], [%s, %s], [1, 1], %s)"
            .formatted(stride, stride, padding, padding, groups),
        List.of(
            new Shape(BATCH, channels, HEIGHT, WIDTH),
            new Shape(outputs, channels / groups, kernel, kernel)),
        2,
        new Shape(BATCH, outputs, oracle.outputHeight(), oracle.outputWidth()),
        oracle);
  }

  /** A 1×1 convolution as the compiled execution computes it where its weights are many. */
  private static Operation pixelProduct(int channels, int outputs) {
    return new Operation(
        Conv2d.class,
        "convolution %s→%s 1×1 as a product".formatted(channels, outputs),
        "(self).pointwise(a0, a1, None, %s)".formatted(BATCH * HEIGHT * WIDTH),
        List.of(new Shape(BATCH, channels, HEIGHT, WIDTH), new Shape(outputs, channels, 1, 1)),
        2,
        new Shape(BATCH, outputs, HEIGHT, WIDTH),
        new ConvolutionOracle(BATCH, channels, HEIGHT, WIDTH, outputs, 1, 1, 1));
  }

  private static Operation linear(int features, int outputs) {
    return new Operation(
        Linear.class,
        "linear %s→%s".formatted(features, outputs),
        "torch.linear(a0, a1, None)",
        List.of(new Shape(BATCH, features), new Shape(outputs, features)),
        2,
        new Shape(BATCH, outputs),
        new ConvolutionOracle(BATCH, features, 1, 1, outputs, 1, 1, 1));
  }

  private static Operation batchNorm(int channels) {
    Shape images = new Shape(BATCH, channels, HEIGHT, WIDTH);
    return new Operation(
        BatchNorm.class,
        "batch norm of %s channels".formatted(channels),
        "torch.batch_norm(a0, a1, a2, None, None, True, 0.1, 1e-05, True)",
        List.of(images, new Shape(channels), new Shape(channels)),
        1,
        images,
        new BatchNormOracle(BATCH, channels, HEIGHT * WIDTH, 1e-5));
  }

  private static Operation groupNorm(int channels, int groups) {
    Shape images = new Shape(BATCH, channels, HEIGHT, WIDTH);
    return new Operation(
        GroupNorm.class,
        "group norm of %s channels in %s groups".formatted(channels, groups),
        "torch.group_norm(torch.to(a0, 6), %s, a1, a2, 1e-05, True)".formatted(groups),
        List.of(images, new Shape(channels), new Shape(channels)),
        1,
        images,
        new GroupNormOracle(BATCH, channels, groups, HEIGHT * WIDTH, 1e-5));
  }

  /** The shapes of the inputs and of the output's gradient. */
  List<Shape> arguments() {
    return Stream.concat(inputs.stream(), Stream.of(output)).toList();
  }

  /** The output that method {@code forward<index>} of a script computes. */
  double[] forward(int index, ScriptModule script, NDManager manager, List<float[]> values) {
    try (NDManager scope = manager.newSubManager()) {
      Object[] arrays = arrays(scope, values.subList(0, inputs.size()), false);
      return script.run(scope, "forward" + index, arrays).get(0).toDoubleArray();
    }
  }

  /** The output and the gradients that method {@code gradients<index>} of a script computes. */
  List<double[]> gradients(
      int index, ScriptModule script, NDManager manager, List<float[]> values) {
    try (NDManager scope = manager.newSubManager()) {
      return script.record(scope, "gradients" + index, arrays(scope, values, true)).stream()
          .map(NDArray::toDoubleArray)
          .toList();
    }
  }

  private Object[] arrays(NDManager scope, List<float[]> values, boolean differentiable) {
    List<Shape> shapes = arguments();
    Object[] arrays = new Object[values.size()];
    for (int i = 0; i < arrays.length; i++) {
      NDArray array = scope.create(values.get(i), shapes.get(i));
      array.setRequiresGradient(differentiable);
      arrays[i] = array;
    }
    return arrays;
  }
}
