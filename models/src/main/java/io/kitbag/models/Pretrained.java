package io.kitbag.models;

import io.kitbag.models.weights.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

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
    return fit(network, file, Set.of());
  }

  /**
   * As {@link #strict}, but if the file's head is of other classes, or it has none, then the head's
   * tensors are left out, for the caller to initialise.
   *
   * @throws IllegalArgumentException as {@link #strict}, for all other tensors
   */
  public static Pretrained allowingHead(Network network, Map<String, HostTensor> file) {
    return fit(network, file, head(network));
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
   * auxiliary classifiers.
   */
  public static Set<String> head(Network network) {
    Node last = network.output();
    while (last.tensors().isEmpty() && !last.inputs().isEmpty()) {
      last = last.inputs().get(0);
    }
    Set<String> names = new HashSet<>();
    last.tensors().forEach(tensor -> names.add(tensor.name()));
    return names;
  }

  private static Pretrained fit(
      Network network, Map<String, HostTensor> file, Set<String> replaceable) {
    Map<String, HostTensor> named = ForeignNames.translate(network, unwrapped(file));
    Map<String, HostTensor> values = new LinkedHashMap<>();
    named.forEach(
        (name, tensor) ->
            values.put(name, tensor.type().isFloating() ? tensor.toFloat32() : tensor));
    List<String> leftOut = new ArrayList<>();
    for (TensorSpec tensor : network.tensors()) {
      HostTensor value = named.get(tensor.name());
      if (replaceable.contains(tensor.name())
          && (value == null || isOfOtherClasses(value, tensor))) {
        leftOut.add(tensor.name());
      }
    }
    // A head is one thing: its weight does not stay where its bias goes.
    if (!leftOut.isEmpty()) {
      leftOut.clear();
      network.tensors().stream()
          .map(TensorSpec::name)
          .filter(replaceable::contains)
          .forEach(leftOut::add);
      leftOut.forEach(values::remove);
    }
    List<String> problems = TensorMatch.problems(network, values, Set.copyOf(leftOut));
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
    return new Pretrained(ordered, leftOut);
  }

  /** Whether only the first axis, the classes, differs. */
  private static boolean isOfOtherClasses(HostTensor value, TensorSpec tensor) {
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
