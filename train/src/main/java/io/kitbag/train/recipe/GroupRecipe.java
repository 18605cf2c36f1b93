package io.kitbag.train.recipe;

import io.kitbag.optim.DepthRange;
import io.kitbag.optim.NamePattern;
import io.kitbag.optim.ParameterKind;
import io.kitbag.optim.ParameterRule;
import java.util.List;
import java.util.Optional;

/**
 * Settings for some parameters: those that fit all of {@code kind}, {@code name} and {@code depth}.
 * Every entry of {@code optimizer.groups} that fits applies, in order; a later one overrides an
 * earlier one in what both set.
 *
 * @param kind any of these kinds; left out for all
 * @param name a glob for the whole name ({@code "layer1.*"}), or a regular expression between
 *     slashes ({@code "/^layer[34]/"}); left out for all
 * @param depth first and last layer, both included, counted from 0 over convolutions and linear
 *     layers, or from the end with −1 for the last; left out for all
 * @param weightDecay instead of {@code optimizer.weightDecay}, at least 0
 * @param learningRateFactor multiplies the learning rate, at least 0
 * @param frozen leaves the parameters as they are
 */
public record GroupRecipe(
    Optional<List<ParameterKind>> kind,
    Optional<String> name,
    Optional<List<Integer>> depth,
    Optional<Double> weightDecay,
    Optional<Double> learningRateFactor,
    Optional<Boolean> frozen) {

  /** Checks the ranges. */
  public GroupRecipe {
    kind = kind.map(List::copyOf);
    depth = depth.map(List::copyOf);
    Check check =
        new Check()
            .atLeast(0, "weightDecay", weightDecay.orElse(0.0))
            .atLeast(0, "learningRateFactor", learningRateFactor.orElse(0.0))
            .that(
                depth.isEmpty() || depth.get().size() == 2,
                "depth",
                depth.map(Object::toString).orElse(""),
                "must be two layers, [first, last]");
    check.done();
    try {
      rule(kind, name, depth, weightDecay, learningRateFactor, frozen);
    } catch (IllegalArgumentException e) {
      new Check().that(false, "", e.getMessage(), "").done();
    }
  }

  /** The rule this describes. */
  public ParameterRule rule() {
    return rule(kind, name, depth, weightDecay, learningRateFactor, frozen);
  }

  private static ParameterRule rule(
      Optional<List<ParameterKind>> kind,
      Optional<String> name,
      Optional<List<Integer>> depth,
      Optional<Double> weightDecay,
      Optional<Double> learningRateFactor,
      Optional<Boolean> frozen) {
    return new ParameterRule(
        kind.orElse(List.of()),
        name.map(NamePattern::new),
        depth.map(range -> new DepthRange(range.get(0), range.get(1))),
        weightDecay,
        learningRateFactor,
        frozen);
  }
}
