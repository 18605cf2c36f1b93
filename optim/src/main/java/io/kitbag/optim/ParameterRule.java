package io.kitbag.optim;

import io.kitbag.models.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * Settings for the parameters that fit a description. See {@link ParameterRules}.
 *
 * @param kinds any of these; empty for any kind
 * @param name what the name must match, if given
 * @param depth where in the network, if given
 * @param weightDecay replaces the group's, if given
 * @param learningRateFactor replaces the group's, if given
 * @param frozen replaces the group's, if given
 */
public record ParameterRule(
    List<ParameterKind> kinds,
    Optional<NamePattern> name,
    Optional<DepthRange> depth,
    Optional<Double> weightDecay,
    Optional<Double> learningRateFactor,
    Optional<Boolean> frozen) {

  public ParameterRule {
    kinds = List.copyOf(kinds);
    if (weightDecay.isEmpty() && learningRateFactor.isEmpty() && frozen.isEmpty()) {
      throw new IllegalArgumentException(
          "a parameter rule must set something: weightDecay, learningRateFactor or frozen");
    }
    set(ParameterGroup.decayedBy(0), weightDecay, learningRateFactor, frozen);
  }

  /** Whether a parameter fits. */
  boolean matches(TensorSpec parameter, int itsDepth, int layers) {
    return (kinds.isEmpty() || kinds.stream().anyMatch(kind -> kind.holds(parameter.role())))
        && name.map(pattern -> pattern.matches(parameter.name())).orElse(true)
        && depth.map(range -> range.holds(itsDepth, layers)).orElse(true);
  }

  /** The group with what this rule sets. */
  ParameterGroup over(ParameterGroup group) {
    return set(group, weightDecay, learningRateFactor, frozen);
  }

  private static ParameterGroup set(
      ParameterGroup group,
      Optional<Double> weightDecay,
      Optional<Double> learningRateFactor,
      Optional<Boolean> frozen) {
    return new ParameterGroup(
        weightDecay.orElse(group.weightDecay()),
        learningRateFactor.orElse(group.learningRateFactor()),
        frozen.orElse(group.frozen()));
  }
}
