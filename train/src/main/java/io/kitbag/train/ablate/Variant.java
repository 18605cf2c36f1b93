package io.kitbag.train.ablate;

import io.kitbag.train.recipe.Recipe;
import java.util.List;
import java.util.Optional;

/**
 * A recipe of an ablation, trained once for each seed.
 *
 * @param name letters, digits, dots, hyphens and underscores: also a folder's name
 * @param changes overrides of the ablation's recipe that lead to {@code recipe}
 * @param recipe with the ablation's first seed
 * @param comparison with another variant; empty for the one that is only compared to
 */
public record Variant(
    String name, List<String> changes, Recipe recipe, Optional<Comparison> comparison) {

  /**
   * What the difference to another variant says.
   *
   * @param subject whose worth it is: a trick's label or the variant's own name
   * @param reference the name of the other variant
   * @param leavesOut whether this variant is the one without the subject, so that its worth is the
   *     other's accuracy less this one's
   */
  public record Comparison(String subject, String reference, boolean leavesOut) {}

  public Variant {
    if (!name.matches("[A-Za-z0-9._-]+") || name.startsWith(".")) {
      throw new IllegalArgumentException(
          "the variant \"%s\" must be named with letters, digits, '.', '-' and '_', and not begin with a dot"
              .formatted(name));
    }
    changes = List.copyOf(changes);
  }
}
