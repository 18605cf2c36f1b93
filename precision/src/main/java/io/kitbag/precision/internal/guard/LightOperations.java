package io.kitbag.precision.internal.guard;

import static io.kitbag.precision.internal.guard.ElementwiseOracle.clip;
import static io.kitbag.precision.internal.guard.ElementwiseOracle.normal;
import static io.kitbag.precision.internal.guard.ElementwiseOracle.normalDensity;
import static io.kitbag.precision.internal.guard.ElementwiseOracle.sigmoid;

import ai.djl.ndarray.types.Shape;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import io.kitbag.precision.internal.guard.WeightedSumOracle.Sink;
import io.kitbag.precision.internal.guard.WeightedSumOracle.Weights;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Operations between convolutions: functions of values, sums, products and windows. */
final class LightOperations {

  private static final int BATCH = 2;
  private static final int CHANNELS = 19;
  private static final int HEIGHT = 7;
  private static final int WIDTH = 5;
  private static final int PLANES = BATCH * CHANNELS;
  private static final int AREA = HEIGHT * WIDTH;
  private static final int VALUES = PLANES * AREA;
  private static final Shape IMAGES = new Shape(BATCH, CHANNELS, HEIGHT, WIDTH);
  private static final double[] BLUR = {0.25, 0.5, 0.25};

  /** Inputs lie in [-1, 1], so what happens beyond is out of reach. */
  static final List<Operation> ALL =
      List.of(
          function(
              Input.class,
              "normalisation",
              "torch.div_(torch.sub(a0, 0.25), 0.5)",
              x -> (x - 0.25) / 0.5,
              x -> 2),
          function(Relu.class, "relu", "torch.relu(a0)", x -> Math.max(x, 0), x -> x > 0 ? 1 : 0),
          function(
              Relu.class,
              "relu in place",
              "torch.relu_(torch.mul(a0, 2.))",
              x -> Math.max(2 * x, 0),
              x -> x > 0 ? 2 : 0),
          function(
              Activation.class,
              "relu6",
              "torch.hardtanh(a0, 0, 6)",
              x -> clip(x, 0, 6),
              x -> x > 0 ? 1 : 0),
          function(
              Activation.class,
              "silu",
              "torch.silu(a0)",
              x -> x * sigmoid(x),
              x -> sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
          function(
              Activation.class,
              "gelu",
              "torch.gelu(a0)",
              x -> x * normal(x),
              x -> normal(x) + x * normalDensity(x)),
          function(
              Activation.class,
              "hard swish",
              "torch.hardswish(a0)",
              x -> x * (x + 3) / 6,
              x -> (2 * x + 3) / 6),
          function(
              Activation.class,
              "hard sigmoid",
              "torch.hardsigmoid(a0)",
              x -> (x + 3) / 6,
              x -> 1.0 / 6),
          function(
              Activation.class,
              "sigmoid",
              "torch.sigmoid(a0)",
              ElementwiseOracle::sigmoid,
              x -> sigmoid(x) * (1 - sigmoid(x))),
          function(Scale.class, "scale", "torch.mul(a0, 0.125)", x -> x * 0.125, x -> 0.125),
          sums(Add.class, "add", "torch.add(a0, a1)", 2, IMAGES, LightOperations::add),
          sums(
              Concat.class,
              "concatenation",
              "torch.cat([a0, a1], 1)",
              2,
              new Shape(BATCH, 2 * CHANNELS, HEIGHT, WIDTH),
              LightOperations::concat),
          product(ChannelScale.class, "product with a channel's factor", CHANNELS, 1),
          product(DropPath.class, "product with an image's factor", 1, 1),
          product(Dropout.class, "product with a value's factor", CHANNELS, AREA),
          sums(
              MaxPool.class,
              "max pool 3×3 stride 2",
              "torch.max_pool2d(a0, [3, 3], [2, 2], [1, 1], [1, 1], False)",
              1,
              new Shape(BATCH, CHANNELS, 4, 3),
              LightOperations::maxPool),
          sums(
              AvgPool.class,
              "average pool 2×2 stride 2, rounded up",
              "torch.avg_pool2d(a0, [2, 2], [2, 2], [0, 0], True, False, None)",
              1,
              new Shape(BATCH, CHANNELS, 4, 3),
              LightOperations::avgPool),
          sums(
              BlurPool.class,
              "blur pool stride 2",
              "(self).blur(a0, 2, [0.25, 0.5, 0.25])",
              1,
              new Shape(BATCH, CHANNELS, 4, 3),
              LightOperations::blur),
          sums(
              GlobalAvgPool.class,
              "global average pool",
              "torch.flatten(torch.adaptive_avg_pool2d(a0, [1, 1]), 1, -1)",
              1,
              new Shape(BATCH, CHANNELS),
              LightOperations::globalAverage));

  private LightOperations() {}

  private static Operation function(
      Class<? extends Op> kind,
      String name,
      String call,
      DoubleUnaryOperator function,
      DoubleUnaryOperator derivative) {
    return new Operation(
        kind, name, call, List.of(IMAGES), 1, IMAGES, new ElementwiseOracle(function, derivative));
  }

  private static Operation sums(
      Class<? extends Op> kind,
      String name,
      String call,
      int inputs,
      Shape output,
      Weights weights) {
    return new Operation(
        kind,
        name,
        call,
        Collections.nCopies(inputs, IMAGES),
        inputs,
        output,
        new WeightedSumOracle(Collections.nCopies(inputs, VALUES), (int) output.size(), weights));
  }

  private static Operation product(Class<? extends Op> kind, String name, int channels, int area) {
    Shape factors =
        area == 1 ? new Shape(BATCH, channels, 1, 1) : new Shape(BATCH, channels, HEIGHT, WIDTH);
    int size = (int) factors.size();
    return new Operation(
        kind,
        name,
        "torch.mul(a0, a1)",
        List.of(IMAGES, factors),
        2,
        IMAGES,
        new ProductOracle(VALUES, size, i -> i / (VALUES / size)));
  }

  private static void add(List<float[]> inputs, Sink sink) {
    for (int i = 0; i < VALUES; i++) {
      sink.add(i, 0, i, 1);
      sink.add(i, 1, i, 1);
    }
  }

  private static void concat(List<float[]> inputs, Sink sink) {
    int image = CHANNELS * AREA;
    for (int i = 0; i < VALUES; i++) {
      int at = i / image * 2 * image + i % image;
      sink.add(at, 0, i, 1);
      sink.add(at + image, 1, i, 1);
    }
  }

  private static void globalAverage(List<float[]> inputs, Sink sink) {
    for (int i = 0; i < VALUES; i++) {
      sink.add(i / AREA, 0, i, 1.0 / AREA);
    }
  }

  /** Something to do with the window of one value of a 4 × 3 result. */
  private interface Window {
    void at(int plane, int out, int y, int x);
  }

  private static void windows(Window window) {
    for (int plane = 0; plane < PLANES; plane++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 3; x++) {
          window.at(plane, (plane * 4 + y) * 3 + x, 2 * y, 2 * x);
        }
      }
    }
  }

  /** The first of the largest, as PyTorch takes it. */
  private static void maxPool(List<float[]> inputs, Sink sink) {
    windows(
        (plane, out, y, x) -> {
          int best = -1;
          for (int row = Math.max(0, y - 1); row <= Math.min(HEIGHT - 1, y + 1); row++) {
            for (int column = Math.max(0, x - 1); column <= Math.min(WIDTH - 1, x + 1); column++) {
              int at = plane * AREA + row * WIDTH + column;
              if (best < 0 || inputs.get(0)[at] > inputs.get(0)[best]) {
                best = at;
              }
            }
          }
          sink.add(out, 0, best, 1);
        });
  }

  /** A window that hangs over counts only what is inside. */
  private static void avgPool(List<float[]> inputs, Sink sink) {
    windows(
        (plane, out, y, x) -> {
          int rows = Math.min(2, HEIGHT - y);
          int columns = Math.min(2, WIDTH - x);
          for (int i = 0; i < rows * columns; i++) {
            sink.add(
                out,
                0,
                plane * AREA + (y + i / columns) * WIDTH + x + i % columns,
                1.0 / (rows * columns));
          }
        });
  }

  private static void blur(List<float[]> inputs, Sink sink) {
    windows(
        (plane, out, y, x) -> {
          for (int i = 0; i < 9; i++) {
            int row = reflect(y + i / 3 - 1, HEIGHT);
            int column = reflect(x + i % 3 - 1, WIDTH);
            sink.add(out, 0, plane * AREA + row * WIDTH + column, BLUR[i / 3] * BLUR[i % 3]);
          }
        });
  }

  private static int reflect(int at, int size) {
    return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
  }
}
