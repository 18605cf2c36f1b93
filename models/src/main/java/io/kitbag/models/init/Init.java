package io.kitbag.models.init;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Norm;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a network's tensors start. Whatever the scheme, normalisations start at γ = 1 (0 where {@link
 * Norm#zeroGamma} says so), β = 0, running mean 0 and running variance 1.
 *
 * <p>The fans are those of MXNet and PyTorch: fan_in = in/groups · kernel², fan_out = out ·
 * kernel².
 */
public enum Init {
  /**
   * U[-a, a] with a = √(6 / (fan_in + fan_out)) for all weights, biases 0: Glorot and Bengio (2010)
   * as He et al. (arXiv 1812.01187, section 2.1) state it; MXNet's {@code Xavier(magnitude=3)}.
   */
  XAVIER_UNIFORM {
    @Override
    void weight(FloatBuffer values, int fanIn, int fanOut, boolean linear, TensorRandom random) {
      uniform(values, Math.sqrt(6.0 / (fanIn + fanOut)), random);
    }
  },

  /**
   * N(0, 2 / fan_out) for convolutions (He et al., arXiv 1502.01852) and PyTorch's default U[-b, b]
   * with b = 1 / √fan_in for linear weights and biases, as in torchvision's ResNet.
   */
  KAIMING_NORMAL {
    @Override
    void weight(FloatBuffer values, int fanIn, int fanOut, boolean linear, TensorRandom random) {
      if (linear) {
        uniform(values, 1 / Math.sqrt(fanIn), random);
      } else {
        normal(values, Math.sqrt(2.0 / fanOut), random);
      }
    }

    @Override
    void bias(FloatBuffer values, int fanIn, TensorRandom random) {
      uniform(values, 1 / Math.sqrt(fanIn), random);
    }
  },

  /**
   * N(0, s²) with s² = 2 / (1 + 0.25²) / ((fan_in + fan_out) / 2) for all weights, biases 0: what
   * GluonCV's ImageNet script uses, MXNet's {@code MSRAPrelu(factor_type="avg", slope=0.25)}.
   */
  MSRA_PRELU {
    @Override
    void weight(FloatBuffer values, int fanIn, int fanOut, boolean linear, TensorRandom random) {
      double magnitude = 2 / (1 + 0.25 * 0.25);
      normal(values, Math.sqrt(magnitude / ((fanIn + fanOut) / 2.0)), random);
    }
  },

  /**
   * Convolutions start as the identity as far as they can: of the filters, the first as many as
   * there are input channels pass one channel on unchanged, and the others are U[-b, b] with b = 1
   * / √fan_in, as are linear weights; biases 0. Zagoruyko and Komodakis (DiracNets, arXiv
   * 1706.00388) in the partial form of Jordan's airbench (arXiv 2404.00498, section 3.2). Grouped
   * convolutions have no identity filters.
   */
  DIRAC {
    @Override
    void weight(FloatBuffer values, int fanIn, int fanOut, boolean linear, TensorRandom random) {
      uniform(values, 1 / Math.sqrt(fanIn), random);
    }

    @Override
    void shape(FloatBuffer values, List<Integer> shape, boolean grouped) {
      int window = window(shape);
      int filter = shape.get(1) * window;
      int identities = grouped ? 0 : Math.min(shape.get(0), shape.get(1));
      int centre = shape.get(2) / 2 * shape.get(3) + shape.get(3) / 2;
      fill(values, identities * filter, 0);
      for (int i = 0; i < identities; i++) {
        values.put(i * filter + i * window + centre, 1);
      }
    }
  };

  abstract void weight(
      FloatBuffer values, int fanIn, int fanOut, boolean linear, TensorRandom random);

  /** Gives drawn convolution weights a structure, if the scheme has one. */
  void shape(FloatBuffer values, List<Integer> shape, boolean grouped) {}

  /** Zeros unless the scheme says otherwise. */
  void bias(FloatBuffer values, int fanIn, TensorRandom random) {}

  /**
   * Initial values of all tensors of {@code network}, in the order of {@link Network#tensors()}.
   */
  public Map<String, HostTensor> values(Network network, long seed) {
    return source(network, seed).values(network);
  }

  /** The same values, each drawn when it is asked for. */
  public TensorSource source(Network network, long seed) {
    Map<String, Node> nodes = new HashMap<>();
    network
        .nodes()
        .forEach(node -> node.tensors().forEach(tensor -> nodes.put(tensor.name(), node)));
    return tensor -> value(nodes.get(tensor.name()), tensor, seed);
  }

  /**
   * Initial values of one tensor.
   *
   * @param node the node it belongs to
   * @param tensor one of {@code node.tensors()}
   */
  public HostTensor value(Node node, TensorSpec tensor, long seed) {
    // Drawn in place: copies of all weights would be as large again.
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(Math.toIntExact(tensor.size()), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = data.asFloatBuffer();
    TensorRandom random = new TensorRandom(seed, tensor.name());
    switch (tensor.role()) {
      case CONV_WEIGHT -> {
        weight(values, fanIn(tensor), fanOut(tensor), false, random);
        shape(values, tensor.shape(), node.op() instanceof Conv2d conv && conv.groups() > 1);
      }
      case LINEAR_WEIGHT -> weight(values, fanIn(tensor), fanOut(tensor), true, random);
      case BIAS -> bias(values, fanIn(node.tensors().get(0)), random);
      case NORM_WEIGHT ->
          fill(values, values.limit(), node.op() instanceof Norm norm && norm.zeroGamma() ? 0 : 1);
      case RUNNING_VAR -> fill(values, values.limit(), 1);
      case NORM_BIAS, RUNNING_MEAN -> {}
    }
    return new HostTensor(DataType.FLOAT32, tensor.shape(), data);
  }

  private static int fanIn(TensorSpec weight) {
    return weight.shape().get(1) * window(weight.shape());
  }

  private static int fanOut(TensorSpec weight) {
    return weight.shape().get(0) * window(weight.shape());
  }

  private static int window(List<Integer> shape) {
    return shape.stream().skip(2).reduce(1, Math::multiplyExact);
  }

  private static void fill(FloatBuffer values, int end, float with) {
    for (int i = 0; i < end; i++) {
      values.put(i, with);
    }
  }

  private static void uniform(FloatBuffer values, double bound, TensorRandom random) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (float) random.uniform(bound));
    }
  }

  private static void normal(FloatBuffer values, double deviation, TensorRandom random) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (float) (random.gaussian() * deviation));
    }
  }
}
