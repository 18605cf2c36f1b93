package io.kitbag.train.export;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import io.kitbag.models.weights.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes one node of a network as ONNX operators of set 17; each method returns the name of the
 * result. What that set lacks is composed from what it has.
 */
final class OnnxOp implements OpVisitor<String> {

  private final OnnxGraph graph;
  private final Node node;
  private final Map<Node, FeatureMap> shapes;

  OnnxOp(OnnxGraph graph, Node node, Map<Node, FeatureMap> shapes) {
    this.graph = graph;
    this.node = node;
    this.shapes = shapes;
  }

  @Override
  public String input(Input op) {
    return graph.normalized();
  }

  @Override
  public String conv2d(Conv2d op) {
    String weight = tensor("weight");
    NodeProto.Builder conv =
        op.bias()
            ? Onnx.node("Conv", node.name(), in(0), weight, tensor("bias"))
            : Onnx.node("Conv", node.name(), in(0), weight);
    long top = op.padding().height();
    long left = op.padding().width();
    return graph.add(
        conv.addAttribute(Onnx.numbers("kernel_shape", op.kernel().height(), op.kernel().width()))
            .addAttribute(Onnx.numbers("strides", op.stride().height(), op.stride().width()))
            .addAttribute(Onnx.numbers("pads", top, left, top, left))
            .addAttribute(Onnx.number("group", op.groups())));
  }

  @Override
  public String batchNorm(BatchNorm op) {
    return graph.add(
        Onnx.node(
                "BatchNormalization",
                node.name(),
                in(0),
                tensor("weight"),
                tensor("bias"),
                tensor("running_mean"),
                tensor("running_var"))
            .addAttribute(Onnx.real("epsilon", op.eps())));
  }

  /** Groups become channels of one axis, which instance norm normalises; γ and β come after. */
  @Override
  public String groupNorm(GroupNorm op) {
    String grouped =
        graph.add(
            Onnx.node("Reshape", part("grouped"), in(0), whole("groups", 0, op.groups(), -1)));
    float[] ones = new float[op.groups()];
    Arrays.fill(ones, 1);
    String normalized =
        graph.add(
            Onnx.node(
                    "InstanceNormalization",
                    part("normalized"),
                    grouped,
                    constant("ones", HostTensor.of(ones, ones.length)),
                    constant("zeros", HostTensor.of(new float[ones.length], ones.length)))
                .addAttribute(Onnx.real("epsilon", op.eps())));
    FeatureMap x = shapes.get(node);
    String map = whole("map", 0, x.channels(), x.height(), x.width());
    String ungrouped = graph.add(Onnx.node("Reshape", part("ungrouped"), normalized, map));
    String perChannel = whole("per_channel", op.channels(), 1, 1);
    String gamma = graph.add(Onnx.node("Reshape", part("gamma"), tensor("weight"), perChannel));
    String beta = graph.add(Onnx.node("Reshape", part("beta"), tensor("bias"), perChannel));
    String scaled = graph.add(Onnx.node("Mul", part("scaled"), ungrouped, gamma));
    return graph.add(Onnx.node("Add", node.name(), scaled, beta));
  }

  @Override
  public String relu(Relu op) {
    return graph.add(Onnx.node("Relu", node.name(), in(0)));
  }

  @Override
  public String activation(Activation op) {
    String x = in(0);
    return switch (op.function()) {
      case RELU6 -> graph.add(Onnx.node("Clip", node.name(), x, real("least", 0), real("most", 6)));
      case SILU -> {
        String sigmoid = graph.add(Onnx.node("Sigmoid", part("sigmoid"), x));
        yield graph.add(Onnx.node("Mul", node.name(), x, sigmoid));
      }
      case GELU -> {
        String scaled =
            graph.add(Onnx.node("Mul", part("z"), x, real("sqrt_half", Math.sqrt(0.5))));
        String erf = graph.add(Onnx.node("Erf", part("erf"), scaled));
        String twice = graph.add(Onnx.node("Add", part("twice"), erf, real("one", 1)));
        String product = graph.add(Onnx.node("Mul", part("product"), x, twice));
        yield graph.add(Onnx.node("Mul", node.name(), product, real("half", 0.5)));
      }
      case HARD_SWISH -> graph.add(Onnx.node("HardSwish", node.name(), x));
      case HARD_SIGMOID ->
          graph.add(
              Onnx.node("HardSigmoid", node.name(), x)
                  .addAttribute(Onnx.real("alpha", 1.0 / 6))
                  .addAttribute(Onnx.real("beta", 0.5)));
      case SIGMOID -> graph.add(Onnx.node("Sigmoid", node.name(), x));
    };
  }

  @Override
  public String add(Add op) {
    return graph.add(Onnx.node("Add", node.name(), in(0), in(1)));
  }

  @Override
  public String concat(Concat op) {
    String[] inputs = node.inputs().stream().map(graph::value).toArray(String[]::new);
    return graph.add(Onnx.node("Concat", node.name(), inputs).addAttribute(Onnx.number("axis", 1)));
  }

  @Override
  public String channelScale(ChannelScale op) {
    return graph.add(Onnx.node("Mul", node.name(), in(0), in(1)));
  }

  @Override
  public String scale(Scale op) {
    return graph.add(Onnx.node("Mul", node.name(), in(0), real("factor", op.factor())));
  }

  @Override
  public String maxPool(MaxPool op) {
    return pool("MaxPool", op.kernel(), op.stride(), op.padding(), false);
  }

  @Override
  public String avgPool(AvgPool op) {
    return pool("AveragePool", op.kernel(), op.stride(), op.padding(), op.ceilMode());
  }

  private String pool(String operator, int kernel, int stride, int padding, boolean ceilMode) {
    NodeProto.Builder pool =
        Onnx.node(operator, node.name(), in(0))
            .addAttribute(Onnx.numbers("kernel_shape", kernel, kernel))
            .addAttribute(Onnx.numbers("strides", stride, stride))
            .addAttribute(Onnx.numbers("pads", padding, padding, padding, padding))
            .addAttribute(Onnx.number("ceil_mode", ceilMode ? 1 : 0));
    // Without padding, what a window reaches beyond the edge must not count.
    if (operator.equals("AveragePool") && padding > 0) {
      pool.addAttribute(Onnx.number("count_include_pad", 1));
    }
    return graph.add(pool);
  }

  @Override
  public String blurPool(BlurPool op) {
    int channels = shapes.get(node).channels();
    int size = BlurPool.FILTER.size();
    float[] kernel = new float[channels * size * size];
    for (int i = 0; i < kernel.length; i++) {
      int tap = i % (size * size);
      kernel[i] = (float) (BlurPool.FILTER.get(tap / size) * BlurPool.FILTER.get(tap % size));
    }
    String padded =
        graph.add(
            Onnx.node("Pad", part("reflected"), in(0), whole("edges", 0, 0, 1, 1, 0, 0, 1, 1))
                .addAttribute(Onnx.text("mode", "reflect")));
    String filter = constant("filter", HostTensor.of(kernel, channels, 1, size, size));
    return graph.add(
        Onnx.node("Conv", node.name(), padded, filter)
            .addAttribute(Onnx.numbers("kernel_shape", size, size))
            .addAttribute(Onnx.numbers("strides", op.stride(), op.stride()))
            .addAttribute(Onnx.number("group", channels)));
  }

  @Override
  public String globalAvgPool(GlobalAvgPool op) {
    if (!op.flatten()) {
      return graph.add(Onnx.node("GlobalAveragePool", node.name(), in(0)));
    }
    String mean = graph.add(Onnx.node("GlobalAveragePool", part("mean"), in(0)));
    return graph.add(Onnx.node("Flatten", node.name(), mean).addAttribute(Onnx.number("axis", 1)));
  }

  /** Hands its input on, as in any inference. */
  @Override
  public String dropout(Dropout op) {
    return in(0);
  }

  /** Hands its input on, as in any inference. */
  @Override
  public String dropPath(DropPath op) {
    return in(0);
  }

  @Override
  public String linear(Linear op) {
    NodeProto.Builder gemm =
        op.bias()
            ? Onnx.node("Gemm", node.name(), in(0), tensor("weight"), tensor("bias"))
            : Onnx.node("Gemm", node.name(), in(0), tensor("weight"));
    return graph.add(gemm.addAttribute(Onnx.number("transB", 1)));
  }

  private String in(int i) {
    return graph.value(node.inputs().get(i));
  }

  private String tensor(String name) {
    return node.name() + "." + name;
  }

  /** A name for something inside this node; tensors of networks have none with a slash. */
  private String part(String name) {
    return node.name() + "/" + name;
  }

  private String constant(String name, HostTensor value) {
    return graph.constant(part(name), value);
  }

  private String real(String name, double value) {
    return constant(name, HostTensor.of(new float[] {(float) value}));
  }

  private String whole(String name, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return constant(name, new HostTensor(DataType.INT64, List.of(values.length), data));
  }
}
