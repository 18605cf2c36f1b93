package io.kitbag.optim;

import io.kitbag.models.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule that puts every parameter into a group; parameters with equal settings share one.
 *
 * <p>Any lambda is a rule: {@code spec -> spec.name().startsWith("fc.") ? fast : slow}; {@link
 * ParameterRules} makes one of kinds, name patterns and depths. Implementations depend on nothing
 * but the tensor, so that the groups are the same on resume.
 */
@FunctionalInterface
public interface ParameterGroups {

  /** The group of a parameter. */
  ParameterGroup groupOf(TensorSpec parameter);

  /**
   * Decays convolution and linear weights only; biases and normalisation's γ and β are left alone
   * ("no bias decay", arXiv 1812.01187 §3.1).
   *
   * @param weightDecay λ; 1e-4 in GluonCV's {@code train_imagenet.py}
   */
  static ParameterGroups noBiasDecay(double weightDecay) {
    ParameterGroup decayed = ParameterGroup.decayedBy(weightDecay);
    ParameterGroup undecayed = ParameterGroup.decayedBy(0);
    return parameter -> parameter.role().isWeightMatrix() ? decayed : undecayed;
  }

  /** Decays every parameter alike, as {@code torch.optim} does without groups. */
  static ParameterGroups uniform(double weightDecay) {
    ParameterGroup group = ParameterGroup.decayedBy(weightDecay);
    return parameter -> group;
  }

  /** Whether a parameter stays as it is. */
  default boolean isFrozen(TensorSpec parameter) {
    return groupOf(parameter).frozen();
  }

  /**
   * The parameters of each group, groups in the order of their first parameter.
   *
   * @throws IllegalArgumentException naming the first tensor that is a buffer: those are tracked,
   *     not trained
   */
  default Map<ParameterGroup, List<TensorSpec>> split(List<TensorSpec> parameters) {
    Map<ParameterGroup, List<TensorSpec>> groups = new LinkedHashMap<>();
    for (TensorSpec parameter : parameters) {
      if (!parameter.role().trainable()) {
        throw new IllegalArgumentException(
            "%s is a buffer (%s) and cannot be optimized; pass trainable tensors only"
                .formatted(parameter.name(), parameter.role()));
      }
      groups.computeIfAbsent(groupOf(parameter), group -> new ArrayList<>()).add(parameter);
    }
    return groups;
  }
}
