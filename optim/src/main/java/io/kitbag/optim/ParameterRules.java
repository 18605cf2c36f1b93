package io.kitbag.optim;

import io.kitbag.models.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups made by rules over a network's parameters.
 *
 * <p>Every rule that fits a parameter applies, in order, so a later one overrides an earlier one in
 * what both set: one rule may say what does not decay and another, independent of it, which layers
 * learn slowly. What no rule sets is as in {@code base}.
 */
public final class ParameterRules implements ParameterGroups {

  private final List<ParameterRule> rules;
  private final Map<String, ParameterGroup> groups;

  private ParameterRules(List<ParameterRule> rules, Map<String, ParameterGroup> groups) {
    this.rules = rules;
    this.groups = groups;
  }

  /**
   * Applies rules.
   *
   * @param base the groups before any rule
   * @param parameters all parameters of the network in its order, which gives them their depth;
   *     buffers among them are passed over
   * @throws IllegalArgumentException naming a rule that fits no parameter, or if all are frozen
   */
  public static ParameterRules over(
      List<TensorSpec> parameters, ParameterGroups base, List<ParameterRule> rules) {
    List<TensorSpec> trained =
        parameters.stream().filter(parameter -> parameter.role().trainable()).toList();
    int layers = (int) trained.stream().filter(spec -> spec.role().isWeightMatrix()).count();
    boolean[] used = new boolean[rules.size()];
    Map<String, ParameterGroup> groups = new HashMap<>();
    int weights = 0;
    for (TensorSpec parameter : trained) {
      weights += parameter.role().isWeightMatrix() ? 1 : 0;
      ParameterGroup group = base.groupOf(parameter);
      for (int i = 0; i < used.length; i++) {
        if (rules.get(i).matches(parameter, Math.max(weights - 1, 0), layers)) {
          used[i] = true;
          group = rules.get(i).over(group);
        }
      }
      groups.put(parameter.name(), group);
    }
    requireUsed(rules, used, layers);
    if (groups.values().stream().allMatch(ParameterGroup::frozen)) {
      throw new IllegalArgumentException(
          "every parameter is frozen, so nothing would learn; leave some out of the rules");
    }
    return new ParameterRules(List.copyOf(rules), groups);
  }

  @Override
  public ParameterGroup groupOf(TensorSpec parameter) {
    ParameterGroup group = groups.get(parameter.name());
    if (group == null) {
      throw new IllegalArgumentException(
          "%s is not among the parameters that these rules were made for"
              .formatted(parameter.name()));
    }
    return group;
  }

  @Override
  public String toString() {
    return rules.toString();
  }

  private static void requireUsed(List<ParameterRule> rules, boolean[] used, int layers) {
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        ParameterRule rule = rules.get(i);
        throw new IllegalArgumentException(
            "rule %d (kinds %s, name %s, depth %s) fits no parameter of this network, which has %d layers; correct it or leave it out"
                .formatted(
                    i + 1,
                    rule.kinds().isEmpty() ? "any" : rule.kinds(),
                    rule.name().map(NamePattern::text).orElse("any"),
                    rule.depth().map(d -> "[%d, %d]".formatted(d.first(), d.last())).orElse("any"),
                    layers));
      }
    }
  }
}
