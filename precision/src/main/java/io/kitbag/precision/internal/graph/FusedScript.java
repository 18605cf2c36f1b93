package io.kitbag.precision.internal.graph;

import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Op;
import io.kitbag.precision.internal.graph.FusionPlan.Group;

/**
 * TorchScript for a {@link Group}: PyTorch's operators around oneDNN's convolutions with what it
 * calls post-ops, made for {@code torch.compile}. The result is written once, instead of being read
 * and written again by the addition and the activation.
 *
 * <p>Arguments are named: their order differs between versions of PyTorch.
 */
public final class FusedScript {

  /** Compiles only where PyTorch has the operators: for CPUs, and built with oneDNN. */
  public static final String PROBE =
      """
      def probe(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
        y = %s
        return %s
      """
          .formatted(
              convolution("", "x", "w", "None", Conv2d.of(1, 1, 1, 1))
                  + alone("\"relu\"", "", "\"\""),
              convolution("_", "x", "w", "None", Conv2d.of(1, 1, 1, 1)) + added("y", "None"));

  private FusedScript() {}

  /**
   * Statements that give a group's value to a variable.
   *
   * @param script knows the variables of what the group reads
   */
  static String statements(GraphScript script, Group group, String variable) {
    Conv2d op = (Conv2d) group.conv().op();
    NumberFormat format = script.format(group.conv());
    Node input = group.conv().inputs().get(0);
    String x = script.value(input);
    if (script.isWide(input)) {
      x = format.activation(x);
    }
    String weight = format.weight(script.tensor(group.conv().name() + ".weight"));
    String bias = op.bias() ? format.weight(script.tensor(group.conv().name() + ".bias")) : "None";
    String addend = group.addend().map(script::value).orElse("");
    String fused = "%s = %s".formatted(variable, fused(group, x, addend, weight, bias));
    if (!script.isChannelsLast() || !PointwiseScript.isFor(op)) {
      return "  " + fused + "\n";
    }
    String product = "(self).product(%s, %s, %s)".formatted(x, weight, bias);
    return """
          if torch.le((self).pixels(%s), %s):
            %s = %s
          else:
            %s
        """
        .formatted(
            x,
            PointwiseScript.most(op, format, false),
            variable,
            unfused(group, product, addend),
            fused);
  }

  private static String fused(Group group, String x, String addend, String weight, String bias) {
    String convolution =
        convolution(group.overwrites() ? "_" : "", x, weight, bias, (Conv2d) group.conv().op());
    if (group.add().isPresent()) {
      return convolution + added(addend, group.activation().isPresent() ? "\"relu\"" : "None");
    }
    Op activation = group.activation().map(Node::op).orElseThrow();
    return convolution
        + (activation instanceof Activation other
            ? alone(other.function())
            : alone("\"relu\"", "", "\"\""));
  }

  /** The same behind a convolution in another form. */
  private static String unfused(Group group, String convolution, String addend) {
    String sum = convolution;
    if (group.add().isPresent()) {
      sum =
          group.overwrites()
              ? "torch.add_(%s, %s)".formatted(addend, convolution)
              : "torch.add_(%s, %s)".formatted(convolution, addend);
    }
    if (group.activation().isEmpty()) {
      return sum;
    }
    return group.activation().get().op() instanceof Activation other
        ? OpScript.apply(other.function(), sum, true)
        : "torch.relu_(%s)".formatted(sum);
  }

  private static String alone(Activation.Function function) {
    return switch (function) {
      case RELU6 -> alone("\"hardtanh\"", "0, 6", "\"\"");
      case SILU -> alone("\"swish\"", "", "\"\"");
      case GELU -> alone("\"gelu\"", "", "\"none\"");
      case HARD_SWISH -> alone("\"hardswish\"", "", "\"\"");
      case SIGMOID -> alone("\"sigmoid\"", "", "\"\"");
      case HARD_SIGMOID -> throw new IllegalArgumentException("not fused: " + function);
    };
  }

  private static String convolution(
      String inPlace, String x, String weight, String bias, Conv2d op) {
    return "ops.mkldnn._convolution_pointwise%s(X=%s, W=%s, B=%s, padding=%s, stride=%s, dilation=[1, 1], groups=%s, "
        .formatted(
            inPlace,
            x,
            weight,
            bias,
            OpScript.list(op.padding()),
            OpScript.list(op.stride()),
            op.groups());
  }

  private static String alone(String name, String scalars, String algorithm) {
    return "attr=%s, scalars=annotate(List[Optional[number]], [%s]), algorithm=%s)"
        .formatted(name, scalars, algorithm);
  }

  private static String added(String addend, String activation) {
    return "other=%s, binary_attr=\"add\", alpha=1, unary_attr=%s, unary_scalars=annotate(List[Optional[number]], []), unary_algorithm=None)"
        .formatted(addend, activation);
  }
}
