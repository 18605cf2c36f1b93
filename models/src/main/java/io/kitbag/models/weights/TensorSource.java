package io.kitbag.models.weights;

import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives the tensors of a network one at a time. Whoever loads from it need never have all of them
 * in the memory of the JVM, whose heap would stay that large.
 */
@FunctionalInterface
public interface TensorSource {

  /**
   * The values of one tensor.
   *
   * @param tensor one of the network's tensors
   */
  HostTensor get(TensorSpec tensor);

  /** All tensors of {@code network}, in the order of {@link Network#tensors()}. */
  default Map<String, HostTensor> values(Network network) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    network.tensors().forEach(tensor -> values.put(tensor.name(), get(tensor)));
    return values;
  }
}
