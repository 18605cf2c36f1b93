package io.kitbag.models;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.weights.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether given tensors are exactly those of a network. */
final class TensorMatch {

  /** PyTorch's count of batches a norm has seen; no network here reads it. */
  private static final String PYTORCH_COUNTER = ".num_batches_tracked";

  private TensorMatch() {}

  static boolean isCounter(String name) {
    return name.endsWith(PYTORCH_COUNTER);
  }

  /** Throws an {@link IllegalArgumentException} that lists every difference, if there is one. */
  static void check(Network network, Map<String, HostTensor> values) {
    List<String> problems = problems(network, values, Set.of());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the tensors are not those of %s: %s"
              .formatted(network.name(), String.join("; ", problems)));
    }
  }

  /**
   * Every difference.
   *
   * @param leftOut tensors of the network that need not be there
   */
  static List<String> problems(
      Network network, Map<String, HostTensor> values, Set<String> leftOut) {
    List<String> problems = new ArrayList<>();
    Set<String> surplus = new LinkedHashSet<>(values.keySet());
    for (TensorSpec tensor : network.tensors()) {
      surplus.remove(tensor.name());
      HostTensor value = values.get(tensor.name());
      if (value != null || !leftOut.contains(tensor.name())) {
        String problem = problem(tensor, value);
        if (problem != null) {
          problems.add(problem);
        }
      }
    }
    for (String name : surplus) {
      if (!isCounter(name)) {
        problems.add(name + " is not a tensor of the network");
      }
    }
    return problems;
  }

  private static @Nullable String problem(TensorSpec tensor, @Nullable HostTensor value) {
    if (value == null) {
      return tensor.name() + " is missing";
    }
    if (!value.shape().equals(tensor.shape())) {
      return "%s has shape %s instead of %s"
          .formatted(tensor.name(), value.shape(), tensor.shape());
    }
    if (value.type() != DataType.FLOAT32) {
      return "%s has type %s instead of float32".formatted(tensor.name(), value.type());
    }
    return null;
  }
}
