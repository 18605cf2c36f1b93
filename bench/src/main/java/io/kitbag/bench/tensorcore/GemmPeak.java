package io.kitbag.bench.tensorcore;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;

/**
 * How fast this machine multiplies matrices in a policy: a square product, as a linear layer, where
 * nothing but arithmetic counts. The share of it that a training step reaches is its model FLOP
 * utilisation.
 *
 * @param gflops 10⁹ operations per second, a multiplication and an addition counted as two
 * @param size of the matrices
 */
public record GemmPeak(double gflops, int size) {

  private static final int SIZE_ON_CPU = 1024;
  private static final int SIZE_ON_GPU = 8192;
  private static final int REPEATS = 7;
  private static final int PRODUCTS_ON_CPU = 2;
  private static final int PRODUCTS_ON_GPU = 10;

  /**
   * Measures the fastest of some repeats, in this process.
   *
   * @param policy one whose format the device has; an emulated one computes in fp32
   */
  public static GemmPeak measure(Policy policy, Device device) {
    int size = device.isGpu() ? SIZE_ON_GPU : SIZE_ON_CPU;
    int products = device.isGpu() ? PRODUCTS_ON_GPU : PRODUCTS_ON_CPU;
    Network network = square(size);
    try (CompiledNetwork net =
            CompiledNetwork.of(network, policy, device, Normalization.none(size));
        NDManager scope = net.manager().newSubManager()) {
      net.load(Init.XAVIER_UNIFORM.values(network, 0));
      NDArray vectors = scope.randomUniform(-1, 1, new Shape(size, size, 1, 1));
      double fastest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < REPEATS; i++) {
        fastest = Math.min(fastest, seconds(net, vectors, products));
      }
      return new GemmPeak(2.0 * size * size * size / fastest / 1e9, size);
    }
  }

  private static Network square(int size) {
    Network.Builder net = Network.builder("square", size);
    Node vector = net.add("pool", new GlobalAvgPool(), net.input());
    net.add("fc", new Linear(size, size, false), vector);
    return net.build();
  }

  /** Of one product; reading a value waits for the device. */
  private static double seconds(CompiledNetwork net, NDArray vectors, int products) {
    long start = System.nanoTime();
    for (int i = 0; i < products; i++) {
      try (NDArray result = net.predict(vectors)) {
        if (i == products - 1) {
          try (NDArray first = result.get("0, 0")) {
            first.getFloat();
          }
        }
      }
    }
    return (System.nanoTime() - start) / 1e9 / products;
  }
}
