package io.kitbag.precision;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Norm;
import io.kitbag.models.weights.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One training pass, forward and backward, by the plain or by the compiled execution. The gradients
 * are those of a fixed linear function of all outputs.
 */
record Reference(float[] logits, Map<String, float[]> gradients, Map<String, HostTensor> after) {

  /** Of a plain block's first training pass. */
  private static final DrawKey PLAIN_KEY = DrawKey.of(0, 0);

  /** Float images, and a fixed matrix that the logits are multiplied by to make a scalar. */
  record Batch(int size, int height, int width, float[] images, float[] weights) {
    static Batch random(int size, int channels, int height, int width, int classes, long seed) {
      Random random = new Random(seed);
      float[] images = new float[size * channels * height * width];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian();
      }
      float[] weights = new float[size * classes];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      return new Batch(size, height, width, images, weights);
    }

    NDArray imagesNchw(NDManager manager) {
      int channels = images.length / (size * height * width);
      return manager.create(images, new Shape(size, channels, height, width));
    }

    NDArray weightsNk(NDManager manager) {
      return manager.create(weights, new Shape(size, weights.length / size));
    }
  }

  /**
   * Kaiming weights, a γ of about 0.4, at the end of residual branches a fifth of that, and a β of
   * 1.5 or -1.5.
   *
   * <p>At a γ of 1 there a deep network of random weights and a small batch amplifies rounding
   * errors layer by layer, so that no two orders of summation agree; trained networks do not, and
   * neither does this one. The β keeps activations four deviations away from the kinks of ReLU (0),
   * ReLU6 (0 and 6) and hard-swish (-3 and 3), where a rounding error switches a gradient on or
   * off; half of the channels are mostly on, the other half mostly off.
   */
  static Map<String, HostTensor> values(Network network) {
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 7);
    for (Node node : network.nodes()) {
      if (node.op() instanceof Norm norm) {
        float[] gamma = new float[norm.channels()];
        float[] beta = new float[norm.channels()];
        for (int c = 0; c < gamma.length; c++) {
          gamma[c] = 0.375f * ((norm.zeroGamma() ? 0.2f : 1f) + 0.01f * (c % 7));
          beta[c] = c % 2 == 0 ? 1.5f : -1.5f;
        }
        values.put(node.name() + ".weight", HostTensor.of(gamma, gamma.length));
        values.put(node.name() + ".bias", HostTensor.of(beta, beta.length));
      }
    }
    return values;
  }

  static Reference plain(Network network, Map<String, HostTensor> values, Batch batch) {
    NetworkBlock block = network.toBlock();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray images = batch.imagesNchw(manager);
      block.load(values);
      block.initialize(manager, DataType.FLOAT32, images.getShape());
      ParameterStore store = new ParameterStore(manager, false);
      float[] logits;
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDList outputs = block.forward(store, new NDList(images), true);
        logits = outputs.get(0).toFloatArray();
        NDArray weights = batch.weightsNk(manager);
        NDArray loss = manager.create(0f);
        for (NDArray output : outputs) {
          loss = loss.add(output.mul(weights).sum());
        }
        collector.backward(loss);
      }
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (Parameter parameter : block.getParameters().values()) {
        if (parameter.getArray().hasGradient()) {
          gradients.put(parameter.getName(), parameter.getArray().getGradient().toFloatArray());
        }
      }
      Map<String, HostTensor> after = block.values();
      block.clear();
      return new Reference(logits, gradients, after);
    }
  }

  static Reference compiled(
      Network network, Policy policy, Map<String, HostTensor> values, Batch batch, double scale) {
    try (CompiledNetwork net =
            CompiledNetwork.of(
                network, policy, Device.cpu(), Normalization.none(network.inputChannels()));
        NDManager manager = net.manager().newSubManager()) {
      net.load(values);
      NDList outputs = net.train(batch.imagesNchw(manager), PLAIN_KEY);
      float[] logitValues = outputs.get(0).toFloatArray();
      NDList losses = new NDList();
      for (NDArray output : outputs) {
        losses.add(Sum.of(manager, output, batch.weightsNk(manager)).get(0));
      }
      NDList gradients = net.gradients(losses, scale, scale);
      List<String> names = net.parameterSpecs().stream().map(TensorSpec::name).toList();
      Map<String, float[]> byName = new LinkedHashMap<>();
      net.copy(names, gradients).forEach((name, value) -> byName.put(name, value.toFloats()));
      return new Reference(logitValues, byName, net.values());
    }
  }

  /** Largest difference over largest magnitude. */
  static double relativeError(float[] actual, float[] expected) {
    double difference = 0;
    double magnitude = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
      magnitude = Math.max(magnitude, Math.abs(expected[i]));
    }
    return magnitude == 0 ? difference : difference / magnitude;
  }

  /** Euclidean norm of all differences of gradients over the norm of all expected gradients. */
  double gradientError(Reference expected) {
    return normError(gradients, expected.gradients());
  }

  /** The same of the running statistics after the step. */
  double statisticsError(Reference expected) {
    return normError(statistics(), expected.statistics());
  }

  private Map<String, float[]> statistics() {
    Map<String, float[]> statistics = new LinkedHashMap<>();
    after.forEach(
        (name, value) -> {
          if (name.contains("running_")) {
            statistics.put(name, value.toFloats());
          }
        });
    return statistics;
  }

  private static double normError(Map<String, float[]> actual, Map<String, float[]> expected) {
    double difference = 0;
    double magnitude = 0;
    for (Map.Entry<String, float[]> entry : expected.entrySet()) {
      float[] values = actual.get(entry.getKey());
      for (int i = 0; i < values.length; i++) {
        difference += Math.pow((double) values[i] - entry.getValue()[i], 2);
        magnitude += Math.pow(entry.getValue()[i], 2);
      }
    }
    return Math.sqrt(magnitude == 0 ? difference : difference / magnitude);
  }
}
