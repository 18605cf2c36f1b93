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

  /** What the names of averaged weights among {@code state} begin with. */
  public static final String AVERAGE = "average:";

  /** The number in the metadata that is 1 if the averaged weights are those to use, else 0. */
  public static final String USES_AVERAGE = "usesAverage";

  /** Keeps its own view of the maps, not of the tensors. */
  public Checkpoint {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }

  /** The averaged weights by the names of the weights; empty if there are none. */
  public Map<String, HostTensor> averagedWeights() {
    Map<String, HostTensor> averaged = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(AVERAGE)) {
            averaged.put(name.substring(AVERAGE.length()), tensor);
          }
        });
    return averaged;
  }

  /** The weights that evaluation and prediction take: the averaged ones if the run says so. */
  public Map<String, HostTensor> weightsToUse() {
    return usesAverage() ? averagedWeights() : weights;
  }

  /** Whether {@link #weightsToUse} are the averaged ones. */
  public boolean usesAverage() {
    return metadata.numbers().getOrDefault(USES_AVERAGE, 0.0) == 1;
  }
}
