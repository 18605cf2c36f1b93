package io.kitbag.models;

import io.kitbag.models.weights.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Weights from elsewhere, made fit for a network: names as other libraries write them become those
 * of {@link Network#tensors()}, float16, bfloat16 and float64 become float32, and PyTorch's
 * counters {@code num_batches_tracked} are dropped.
 *
 * <pre>{@code
 * Pretrained pretrained = Pretrained.strict(network, WeightsFile.read(path));
 * block.load(pretrained.values());
 * }</pre>
 *
 * @param values float32 tensors by name, in the network's order; without those left out
 * @param leftOut names of the head's tensors if the file's did not fit and another head was
 *     allowed, otherwise empty
 */
public record Pretrained(Map<String, HostTensor> values, List<String> leftOut) {

  /** Wrappers that PyTorch's data parallelism and compiler put around a network. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  public Pretrained {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Exactly the network's tensors.
   *
   * @throws IllegalArgumentException listing every tensor that is missing, surplus, misshapen or
   *     not of a floating-point type
   */
  public static Pretrained strict(Network network, Map<String, HostTensor> file) {
    return fit(network, file, List.of());
  }

  /**
   * As {@link #strict}, but if the file's head is of other classes, or it has none, then the head's
   * tensors are left out, for the caller to initialise; so is an auxiliary branch that the file
   * lacks.
   *
   * @throws IllegalArgumentException as {@link #strict}, for all other tensors
   */
  public static Pretrained allowingHead(Network network, Map<String, HostTensor> file) {
    return fit(network, file, replaceable(network));
  }

  /**
   * How many classes a file's head has.
   *
   * @param network one of the same kind, for any number of classes
   * @return empty if the file has no such head
   */
  public static OptionalInt classes(Network network, Map<String, HostTensor> file) {
    Map<String, HostTensor> named = ForeignNames.translate(network, unwrapped(file));
    return head(network).stream()
        .filter(named::containsKey)
        .map(name -> named.get(name).shape())
        .filter(shape -> !shape.isEmpty())
        .mapToInt(shape -> shape.get(0))
        .findFirst();
  }

  /**
   * The tensors that depend on the number of classes: of the last layer with parameters, and of
   * that of an auxiliary output.
   */
  public static Set<String> head(Network network) {
    Set<String> names = new LinkedHashSet<>(lastLayer(network.output()));
    network.auxiliary().ifPresent(node -> names.addAll(lastLayer(node)));
    return names;
  }

  /**
   * Whether a file has anything of what the network needs in training only: its auxiliary head,
   * which timm's Inception-V3 lacks.
   *
   * @param network one of the same kind, for any number of classes
   */
  public static boolean hasAuxiliary(Network network, Map<String, HostTensor> file) {
    Map<String, HostTensor> named = ForeignNames.translate(network, unwrapped(file));
    return trainingOnly(network).stream().anyMatch(named::containsKey);
  }

  private static Set<String> trainingOnly(Network network) {
    Set<String> names = new LinkedHashSet<>();
    for (Node node : network.nodes()) {
      if (!network.nodes(false).contains(node)) {
        node.tensors().forEach(tensor -> names.add(tensor.name()));
      }
    }
    return names;
  }

  private static Set<String> lastLayer(Node result) {
    Node last = result;
    while (last.tensors().isEmpty() && !last.inputs().isEmpty()) {
      last = last.inputs().get(0);
    }
    return last.tensors().stream()
        .map(TensorSpec::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Tensors that are left out together, if one of them does not fit. */
  private static List<Set<String>> replaceable(Network network) {
    Set<String> trainingOnly = trainingOnly(network);
    List<Set<String>> groups = new ArrayList<>(List.of(lastLayer(network.output())));
    network
        .auxiliary()
        .ifPresent(
            node -> {
              trainingOnly.removeAll(lastLayer(node));
              groups.add(lastLayer(node));
              groups.add(trainingOnly);
            });
    return groups;
  }

  private static Pretrained fit(
      Network network, Map<String, HostTensor> file, List<Set<String>> replaceable) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    ForeignNames.translate(network, unwrapped(file))
        .forEach(
            (name, tensor) ->
                values.put(name, tensor.type().isFloating() ? tensor.toFloat32() : tensor));
    Set<String> leftOut = new LinkedHashSet<>();
    Map<String, TensorSpec> specs =
        network.tensors().stream().collect(Collectors.toMap(TensorSpec::name, Function.identity()));
    for (Set<String> group : replaceable) {
      if (group.stream().anyMatch(name -> isOfOtherClasses(values.get(name), specs.get(name)))) {
        leftOut.addAll(group);
      }
    }
    values.keySet().removeAll(leftOut);
    List<String> problems = TensorMatch.problems(network, values, leftOut);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the tensors are not those of %s: %s"
              .formatted(network.name(), String.join("; ", problems)));
    }
    Map<String, HostTensor> ordered = new LinkedHashMap<>();
    for (TensorSpec tensor : network.tensors()) {
      if (values.containsKey(tensor.name())) {
        ordered.put(tensor.name(), values.get(tensor.name()));
      }
    }
    return new Pretrained(
        ordered,
        network.tensors().stream().map(TensorSpec::name).filter(leftOut::contains).toList());
  }

  /** Whether it is not there, or only the first axis, the classes, differs. */
  private static boolean isOfOtherClasses(@Nullable HostTensor value, TensorSpec tensor) {
    if (value == null) {
      return true;
    }
    int axes = tensor.shape().size();
    return value.shape().size() == axes
        && !value.shape().equals(tensor.shape())
        && value.shape().subList(1, axes).equals(tensor.shape().subList(1, axes));
  }

  private static Map<String, HostTensor> unwrapped(Map<String, HostTensor> file) {
    Map<String, HostTensor> names = file;
    for (String prefix : PREFIXES) {
      if (!names.isEmpty() && names.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
        Map<String, HostTensor> without = new LinkedHashMap<>();
        names.forEach((name, tensor) -> without.put(name.substring(prefix.length()), tensor));
        names = without;
      }
    }
    Map<String, HostTensor> kept = new LinkedHashMap<>(names);
    kept.keySet().removeIf(TensorMatch::isCounter);
    return kept;
  }
}
