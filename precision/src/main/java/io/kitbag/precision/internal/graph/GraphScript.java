package io.kitbag.precision.internal.graph;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;
import io.kitbag.precision.Layout;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a network as one TorchScript method {@code (x, p, b) -> logits}: images, parameters, and
 * what is not trained: mean, standard deviation, then the buffers.
 *
 * <p>How it works: nodes become statements in order; a value dies natively after its last reader.
 * Casts to the compute type sit where an autocast would put them: on images and on the weights of
 * convolutions and linear layers; batch norm gets fp32 parameters and reduced activations; logits
 * return to fp32. An emulated type instead rounds there and back at every value that a GPU would
 * store; autograd differentiates that as a cast, so gradients are rounded at the same places.
 */
public final class GraphScript implements OpVisitor<String> {

  /** After mean and standard deviation. */
  private static final int FIRST_BUFFER = 2;

  private final Network network;
  private final NumberFormat format;
  private final Layout layout;
  private final boolean training;
  private final Map<String, String> tensorNames = new HashMap<>();
  private final Map<Node, String> values = new HashMap<>();
  private final InPlacePlan inPlace;
  private final StringBuilder text = new StringBuilder();
  private Node node;

  private GraphScript(Network network, NumberFormat format, Layout layout, boolean training) {
    this.network = network;
    this.format = format;
    this.layout = layout;
    this.training = training;
    this.inPlace = new InPlacePlan(network);
    this.node = network.nodes().get(0);
    int parameters = 0;
    int buffers = FIRST_BUFFER;
    for (TensorSpec tensor : network.tensors()) {
      String variable =
          tensor.role().trainable() ? "p[" + parameters++ + "]" : "b[" + buffers++ + "]";
      tensorNames.put(tensor.name(), variable);
    }
  }

  /** The method's text, with batch statistics if {@code training}, else running ones. */
  public static String method(
      String name, Network network, NumberFormat format, Layout layout, boolean training) {
    return new GraphScript(network, format, layout, training).write(name);
  }

  /**
   * The same computation with batch statistics and another result: for every node, in order,
   * whether all its values are finite.
   */
  public static String finiteMethod(
      String name, Network network, NumberFormat format, Layout layout) {
    return new GraphScript(network, format, layout, true).writeFinite(name);
  }

  private String write(String name) {
    signature(name);
    for (Node each : network.nodes()) {
      statement(each);
    }
    line("return torch.to(" + values.get(network.output()) + ", 6)");
    return text.toString();
  }

  private String writeFinite(String name) {
    signature(name);
    line("f = annotate(List[Tensor], [])");
    for (Node each : network.nodes()) {
      String value = statement(each);
      line("_0 = torch.append(f, torch.all(torch.isfinite(" + value + ")))");
    }
    line("return torch.stack(f)");
    return text.toString();
  }

  private void signature(String name) {
    text.append("def ")
        .append(name)
        .append("(self: __torch__.M, x: Tensor, p: List[Tensor], b: List[Tensor])")
        .append(" -> Tensor:\n");
  }

  private String statement(Node next) {
    node = next;
    String value = "v" + values.size();
    line(value + " = " + node.op().accept(this));
    values.put(node, value);
    return value;
  }

  private void line(String statement) {
    text.append("  ").append(statement).append('\n');
  }

  private String in(int i) {
    return values.get(node.inputs().get(i));
  }

  private String tensor(String name) {
    return tensorNames.get(node.name() + "." + name);
  }

  @Override
  public String input(Input op) {
    String laidOut = layout == Layout.CHANNELS_LAST ? "torch.contiguous(x, memory_format=2)" : "x";
    return format.activation("torch.div_(torch.sub(%s, b[0]), b[1])".formatted(laidOut));
  }

  @Override
  public String conv2d(Conv2d op) {
    return format.stored(
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], %d)"
            .formatted(
                in(0),
                format.weight(tensor("weight")),
                op.bias() ? format.weight(tensor("bias")) : "None",
                op.stride(),
                op.stride(),
                op.padding(),
                op.padding(),
                op.groups()));
  }

  @Override
  public String batchNorm(BatchNorm op) {
    return format.stored(
        "torch.batch_norm(%s, %s, %s, %s, %s, %s, %s, %s, True)"
            .formatted(
                in(0),
                tensor("weight"),
                tensor("bias"),
                tensor("running_mean"),
                tensor("running_var"),
                training ? "True" : "False",
                number(op.momentum()),
                number(op.eps())));
  }

  /** TorchScript's lexer wants a small e. */
  private static String number(double value) {
    return Double.toString(value).replace('E', 'e');
  }

  @Override
  public String relu(Relu op) {
    return (inPlace.mayOverwrite(node, 0) ? "torch.relu_(%s)" : "torch.relu(%s)").formatted(in(0));
  }

  @Override
  public String add(Add op) {
    String sum;
    if (inPlace.mayOverwrite(node, 0)) {
      sum = "torch.add_(%s, %s)".formatted(in(0), in(1));
    } else if (inPlace.mayOverwrite(node, 1)) {
      sum = "torch.add_(%s, %s)".formatted(in(1), in(0));
    } else {
      sum = "torch.add(%s, %s)".formatted(in(0), in(1));
    }
    return format.stored(sum);
  }

  @Override
  public String maxPool(MaxPool op) {
    return "torch.max_pool2d(%s, [%d, %d], [%d, %d], [%d, %d], [1, 1], False)"
        .formatted(
            in(0), op.kernel(), op.kernel(), op.stride(), op.stride(), op.padding(), op.padding());
  }

  @Override
  public String avgPool(AvgPool op) {
    return format.stored(
        "torch.avg_pool2d(%s, [%d, %d], [%d, %d], [0, 0], %s, False, None)"
            .formatted(
                in(0),
                op.kernel(),
                op.kernel(),
                op.stride(),
                op.stride(),
                op.ceilMode() ? "True" : "False"));
  }

  @Override
  public String globalAvgPool(GlobalAvgPool op) {
    return format.stored(
        "torch.flatten(torch.adaptive_avg_pool2d(%s, [1, 1]), 1, -1)".formatted(in(0)));
  }

  @Override
  public String linear(Linear op) {
    return format.stored(
        "torch.linear(%s, %s, %s)"
            .formatted(
                in(0),
                format.weight(tensor("weight")),
                op.bias() ? format.weight(tensor("bias")) : "None"));
  }
}
