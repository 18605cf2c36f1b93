package io.kitbag.precision.internal.graph;

import io.kitbag.models.DropStreams;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Linear;
import io.kitbag.precision.Layout;
import io.kitbag.precision.internal.graph.FusionPlan.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes a network as one TorchScript method: images, parameters, what is not trained (mean,
 * standard deviation, then the buffers) and, in training, the key of the random numbers.
 *
 * <p>How it works: nodes become statements in order, each an {@link OpScript}; a value dies
 * natively after its last reader. Casts to the compute type sit where PyTorch's autocast would put
 * them: on images and on the weights of convolutions and linear layers; batch norm gets fp32
 * parameters and reduced activations; group norm runs in fp32 and leaves fp32, which the next
 * convolution casts; logits return to fp32. An emulated type instead rounds there and back at every
 * value that a GPU would store; autograd differentiates that as a cast, so gradients are rounded at
 * the same places.
 *
 * <p>Whoever writes scripts formats integers with {@code %s}: {@code %d} takes the locale's digits.
 */
public final class GraphScript {

  /** Methods that the others call, to be compiled with them. */
  public static final String HELPERS =
      DropScript.METHODS + BlurScript.METHODS + PointwiseScript.METHODS;

  /** After mean and standard deviation. */
  private static final int FIRST_BUFFER = 2;

  private final Network network;
  private final NumberFormat format;
  private final Set<String> fp32Nodes;
  private final Layout layout;
  private final boolean training;
  private final Map<String, String> tensorNames = new HashMap<>();
  private final Map<Node, String> values = new HashMap<>();
  private final Set<Node> wide = new HashSet<>();
  private final InPlacePlan inPlace;
  private final FusionPlan fusion;
  private final StringBuilder text = new StringBuilder();

  private GraphScript(Network network, Formats formats, Layout layout, boolean training) {
    this(
        network,
        formats,
        layout,
        training,
        new InPlacePlan(network, training),
        FusionPlan.none(network));
  }

  private GraphScript(
      Network network,
      Formats formats,
      Layout layout,
      boolean training,
      InPlacePlan inPlace,
      FusionPlan fusion) {
    this.network = network;
    this.format = formats.format();
    this.fp32Nodes = formats.fp32Nodes();
    this.layout = layout;
    this.training = training;
    this.inPlace = inPlace;
    this.fusion = fusion;
    int parameters = 0;
    int buffers = FIRST_BUFFER;
    for (TensorSpec tensor : network.tensors()) {
      String variable =
          tensor.role().trainable() ? "p[" + parameters++ + "]" : "b[" + buffers++ + "]";
      tensorNames.put(tensor.name(), variable);
    }
  }

  /**
   * Names of the parameters that all these methods cast before they use them; none if the format
   * needs no cast or is emulated.
   */
  public static Set<String> castParameters(Network network, Formats formats) {
    return network.nodes().stream()
        .filter(node -> node.op() instanceof Conv2d || node.op() instanceof Linear)
        .filter(node -> formats.format().isCast() && !formats.fp32Nodes().contains(node.name()))
        .flatMap(node -> node.tensors().stream())
        .map(TensorSpec::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The method {@code (x, p, b, k) -> [logits, auxiliary logits if there are any]} that trains:
   * with batch statistics and dropping.
   */
  public static String trainMethod(String name, Network network, Formats formats, Layout layout) {
    return new GraphScript(network, formats, layout, true).writeTrain(name);
  }

  /** The method {@code (x, p, b) -> logits} for inference. */
  public static String predictMethod(String name, Network network, Formats formats, Layout layout) {
    return new GraphScript(network, formats, layout, false).writePredict(name);
  }

  /**
   * The method {@code (x, p, b) -> logits} with convolutions that take along what follows them. It
   * compiles where {@link FusedScript#PROBE} does, and wants a format that is not emulated.
   */
  public static String fusedMethod(String name, Network network, Formats formats, Layout layout) {
    GraphScript unfused = new GraphScript(network, formats, layout, false);
    unfused.writePredict(name);
    return new GraphScript(
            network,
            formats,
            layout,
            false,
            new InPlacePlan(network, false),
            FusionPlan.of(network, unfused.wide, layout == Layout.CHANNELS_LAST))
        .writePredict(name);
  }

  /**
   * The same computation as when training, with another result: for every node, in order, whether
   * all its values are finite.
   */
  public static String finiteMethod(String name, Network network, Formats formats, Layout layout) {
    return new GraphScript(network, formats, layout, true).writeFinite(name);
  }

  /**
   * The same computation as when training, with the values of all nodes of {@code nodes(true)}, in
   * order, as its result; none is overwritten, so that each can be differentiated.
   */
  public static String traceMethod(String name, Network network, Formats formats, Layout layout) {
    return new GraphScript(
            network, formats, layout, true, InPlacePlan.nothing(), FusionPlan.none(network))
        .writeTrace(name);
  }

  private String writeTrain(String name) {
    signature(name, ", k: Tensor", "List[Tensor]");
    drawPaths();
    network.nodes(true).forEach(this::statement);
    List<String> results = new ArrayList<>();
    results.add(result(network.output()));
    network.auxiliary().ifPresent(node -> results.add(result(node)));
    line("return [" + String.join(", ", results) + "]");
    return text.toString();
  }

  private String writePredict(String name) {
    signature(name, "", "Tensor");
    for (Node node : network.nodes(false)) {
      Optional<Group> group = fusion.of(node);
      if (group.isEmpty()) {
        statement(node);
      } else if (group.get().last() == node) {
        String value = "v" + values.size();
        text.append(FusedScript.statements(this, group.get(), value));
        values.put(node, value);
      }
    }
    line("return " + result(network.output()));
    return text.toString();
  }

  private String writeTrace(String name) {
    signature(name, ", k: Tensor", "List[Tensor]");
    drawPaths();
    List<String> all = network.nodes(true).stream().map(this::statement).toList();
    line("return [" + String.join(", ", all) + "]");
    return text.toString();
  }

  private String writeFinite(String name) {
    signature(name, ", k: Tensor", "Tensor");
    drawPaths();
    line("f = annotate(List[Tensor], [])");
    for (Node each : network.nodes(true)) {
      String value = statement(each);
      line("_0 = torch.append(f, torch.all(torch.isfinite(" + value + ")))");
    }
    line("return torch.stack(f)");
    return text.toString();
  }

  private void signature(String name, String more, String result) {
    text.append("def ")
        .append(name)
        .append("(self: __torch__.M, x: Tensor, p: List[Tensor], b: List[Tensor]")
        .append(more)
        .append(") -> ")
        .append(result)
        .append(":\n");
  }

  /** One draw for all nodes that drop whole images: these are few numbers in many nodes. */
  private void drawPaths() {
    DropStreams streams = network.dropStreams();
    if (streams.paths() > 0) {
      line("u = " + DropScript.uniform("k", 0, streams.paths(), "torch.size(x, 0)"));
    }
  }

  private String result(Node node) {
    return "torch.to(" + values.get(node) + ", 6)";
  }

  private String statement(Node node) {
    String value = "v" + values.size();
    OpScript op = new OpScript(this, node);
    line(value + " = " + node.op().accept(op));
    values.put(node, value);
    return value;
  }

  private void line(String statement) {
    text.append("  ").append(statement).append('\n');
  }

  /** The format that a node computes in. */
  NumberFormat format(Node node) {
    return isFp32(node) ? NumberFormat.FP32 : format;
  }

  /** Whether the policy wants a node in fp32. */
  boolean isFp32(Node node) {
    return fp32Nodes.contains(node.name());
  }

  boolean isChannelsLast() {
    return layout == Layout.CHANNELS_LAST;
  }

  boolean isTraining() {
    return training;
  }

  DropStreams dropStreams() {
    return network.dropStreams();
  }

  InPlacePlan inPlace() {
    return inPlace;
  }

  /** The variable that holds a node's value. */
  String value(Node node) {
    return values.get(node);
  }

  /** The variable that holds a parameter or buffer. */
  String tensor(String name) {
    return tensorNames.get(name);
  }

  /** Whether a value is fp32 although the format is not. */
  boolean isWide(Node node) {
    return wide.contains(node);
  }

  void markWide(Node node) {
    wide.add(node);
  }
}
