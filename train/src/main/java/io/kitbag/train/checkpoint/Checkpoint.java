package io.kitbag.train.checkpoint;

import io.kitbag.models.weights.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything a run needs to go on exactly where it was. Immutable if the tensors' buffers are left
 * alone.
 *
 * @param metadata where the run was, and what it is
 * @param weights parameters and buffers of the network, fp32 master values, by their own names
 * @param state further tensors, such as the optimizer's velocities, under names of the caller's
 *     choice
 */
public record Checkpoint(
    CheckpointMetadata metadata, Map<String, HostTensor> weights, Map<String, HostTensor> state) {

  /** Keeps its own view of the maps, not of the tensors. */
  public Checkpoint {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }
}
