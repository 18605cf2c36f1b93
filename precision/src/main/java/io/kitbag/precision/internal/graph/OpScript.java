package io.kitbag.precision.internal.graph;

import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
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
import io.kitbag.models.op.Size;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The TorchScript expression of one node, with the casts of the script's format. */
final class OpScript implements OpVisitor<String> {

  private final GraphScript script;
  private final NumberFormat format;
  private final Node node;

  OpScript(GraphScript script, Node node) {
    this.script = script;
    this.format = script.format(node);
    this.node = node;
    if (script.isFp32(node)) {
      script.markWide(node);
    }
  }

  @Override
  public String input(Input op) {
    String laidOut = script.isChannelsLast() ? "torch.contiguous(x, memory_format=2)" : "x";
    return format.activation("torch.div_(torch.sub(%s, b[0]), b[1])".formatted(laidOut));
  }

  @Override
  public String conv2d(Conv2d op) {
    String weight = format.weight(tensor("weight"));
    String bias = op.bias() ? format.weight(tensor("bias")) : "None";
    if (script.isChannelsLast() && PointwiseScript.isFor(op)) {
      return format.stored(
          PointwiseScript.call(reducedIn(), weight, bias, op, format, script.isTraining()));
    }
    return format.stored(
        "torch.conv2d(%s, %s, %s, %s, %s, [1, 1], %s)"
            .formatted(
                reducedIn(), weight, bias, list(op.stride()), list(op.padding()), op.groups()));
  }

  @Override
  public String batchNorm(BatchNorm op) {
    return stored(
        "torch.batch_norm(%s, %s, %s, %s, %s, %s, %s, %s, True)"
            .formatted(
                in(0),
                tensor("weight"),
                tensor("bias"),
                tensor("running_mean"),
                tensor("running_var"),
                bool(script.isTraining() && !op.frozen()),
                number(op.momentum()),
                number(op.eps())));
  }

  @Override
  public String groupNorm(GroupNorm op) {
    script.markWide(node);
    return "torch.group_norm(torch.to(%s, 6), %s, %s, %s, %s, True)"
        .formatted(in(0), op.groups(), tensor("weight"), tensor("bias"), number(op.eps()));
  }

  @Override
  public String relu(Relu op) {
    keepWidth();
    return "torch.%s(%s)".formatted(mayOverwrite(0) ? "relu_" : "relu", in(0));
  }

  @Override
  public String activation(Activation op) {
    // What is clipped at 0 and 6 needs no rounding: both are numbers of every format.
    if (op.function() == Function.RELU6) {
      keepWidth();
      return apply(op.function(), in(0), mayOverwrite(0));
    }
    return stored(apply(op.function(), in(0), false));
  }

  /**
   * @param overwrite whether the value may be; not all functions do
   */
  static String apply(Function function, String value, boolean overwrite) {
    return switch (function) {
      case RELU6 -> "torch.%s(%s, 0, 6)".formatted(overwrite ? "hardtanh_" : "hardtanh", value);
      case SILU -> "torch.silu(%s)".formatted(value);
      case GELU -> "torch.gelu(%s)".formatted(value);
      case HARD_SWISH -> "torch.hardswish(%s)".formatted(value);
      case HARD_SIGMOID -> "torch.hardsigmoid(%s)".formatted(value);
      case SIGMOID -> "torch.sigmoid(%s)".formatted(value);
    };
  }

  @Override
  public String add(Add op) {
    for (int i = 0; i < 2; i++) {
      Node target = node.inputs().get(i);
      if (mayOverwrite(i) && (script.isWide(target) || !script.isWide(node.inputs().get(1 - i)))) {
        return stored("torch.add_(%s, %s)".formatted(in(i), in(1 - i)));
      }
    }
    return stored("torch.add(%s, %s)".formatted(in(0), in(1)));
  }

  @Override
  public String concat(Concat op) {
    keepWidth();
    return "torch.cat([%s], 1)"
        .formatted(
            IntStream.range(0, op.arity()).mapToObj(this::in).collect(Collectors.joining(", ")));
  }

  @Override
  public String channelScale(ChannelScale op) {
    return stored("torch.mul(%s, %s)".formatted(in(0), in(1)));
  }

  @Override
  public String scale(Scale op) {
    return stored("torch.mul(%s, %s)".formatted(in(0), number(op.factor())));
  }

  @Override
  public String maxPool(MaxPool op) {
    keepWidth();
    return "torch.max_pool2d(%s, %s, %s, %s, [1, 1], False)"
        .formatted(in(0), square(op.kernel()), square(op.stride()), square(op.padding()));
  }

  @Override
  public String avgPool(AvgPool op) {
    return stored(
        "torch.avg_pool2d(%s, %s, %s, %s, %s, True, None)"
            .formatted(
                in(0),
                square(op.kernel()),
                square(op.stride()),
                square(op.padding()),
                bool(op.ceilMode())));
  }

  @Override
  public String blurPool(BlurPool op) {
    return format.stored(BlurScript.call(reducedIn(), op));
  }

  @Override
  public String globalAvgPool(GlobalAvgPool op) {
    String mean = "torch.adaptive_avg_pool2d(%s, [1, 1])".formatted(in(0));
    return stored(op.flatten() ? "torch.flatten(%s, 1, -1)".formatted(mean) : mean);
  }

  @Override
  public String dropout(Dropout op) {
    keepWidth();
    if (!script.isTraining()) {
      return in(0);
    }
    String uniform =
        DropScript.uniform(
            "k", script.dropStreams().of(node), 1, "torch.numel(%s)".formatted(in(0)));
    return dropped("torch.reshape(%s, torch.size(%s))".formatted(uniform, in(0)), op.rate());
  }

  @Override
  public String dropPath(DropPath op) {
    keepWidth();
    if (!script.isTraining()) {
      return in(0);
    }
    String uniform = "torch.select(u, 0, %s)".formatted(script.dropStreams().of(node));
    return dropped("torch.reshape(%s, [-1, 1, 1, 1])".formatted(uniform), op.rate());
  }

  private String dropped(String uniform, double rate) {
    String factors = DropScript.factors(uniform, rate);
    String cast = isWide() ? factors : format.activation(factors);
    return stored("torch.%s(%s, %s)".formatted(mayOverwrite(0) ? "mul_" : "mul", in(0), cast));
  }

  @Override
  public String linear(Linear op) {
    return format.stored(
        "torch.linear(%s, %s, %s)"
            .formatted(
                reducedIn(),
                format.weight(tensor("weight")),
                op.bias() ? format.weight(tensor("bias")) : "None"));
  }

  private String in(int i) {
    Node input = node.inputs().get(i);
    String value = script.value(input);
    return script.isFp32(node) && !script.isWide(input)
        ? "torch.to(%s, 6)".formatted(value)
        : value;
  }

  /** The first input in the compute type. */
  private String reducedIn() {
    return script.isWide(node.inputs().get(0)) ? format.activation(in(0)) : in(0);
  }

  private boolean mayOverwrite(int i) {
    return script.inPlace().mayOverwrite(node, i);
  }

  /** Result of an operation that autocast leaves in the widest type of its inputs. */
  private String stored(String value) {
    keepWidth();
    return isWide() ? value : format.stored(value);
  }

  private void keepWidth() {
    if (node.inputs().stream().anyMatch(script::isWide)) {
      script.markWide(node);
    }
  }

  private boolean isWide() {
    return script.isWide(node);
  }

  private String tensor(String name) {
    return script.tensor(node.name() + "." + name);
  }

  static String list(Size size) {
    return "[%s, %s]".formatted(size.height(), size.width());
  }

  private static String square(int size) {
    return list(Size.square(size));
  }

  private static String bool(boolean value) {
    return value ? "True" : "False";
  }

  /** TorchScript's lexer wants a small e. */
  static String number(double value) {
    return Double.toString(value).replace('E', 'e');
  }
}
