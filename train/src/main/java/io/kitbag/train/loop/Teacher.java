package io.kitbag.train.loop;

import io.kitbag.models.Network;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained network to learn from, as a value.
 *
 * @param network what it is
 * @param policy in which precision it answers, whatever the student's
 * @param normalization of the images it was trained with
 * @param weights its parameters and buffers
 */
public record Teacher(
    Network network, Policy policy, Normalization normalization, Map<String, HostTensor> weights) {

  /** What a checkpoint calls the digest of the teacher. */
  static final String DIGEST = "teacherSha256";

  /** Keeps its own view of the map. */
  public Teacher {
    weights = Map.copyOf(weights);
  }

  /** Digest of the weights, the same whatever file they came from. */
  public String sha256() {
    Map<String, HostTensor> ordered = new LinkedHashMap<>();
    network.tensors().forEach(spec -> ordered.put(spec.name(), weights.get(spec.name())));
    return WeightsDigest.sha256(ordered);
  }
}
