package io.kitbag.train.ablate;

import io.kitbag.train.ablate.Variant.Comparison;
import io.kitbag.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an ablation trains: each variant with each of some seeds.
 *
 * @param variants those that others are compared to stand before them
 * @param seeds how many, at least 1: that of the recipe and the numbers after it
 */
public record AblationPlan(List<Variant> variants, int seeds) {

  /** The name of the recipe with all of its tricks. */
  public static final String WHOLE = "all";

  /** The name of the recipe without any. */
  public static final String PLAIN = "none";

  public AblationPlan {
    variants = List.copyOf(variants);
    if (seeds < 1) {
      throw new IllegalArgumentException("seeds is %d; it must be at least 1".formatted(seeds));
    }
    if (variants.size() < 2) {
      throw new IllegalArgumentException(
          "there is nothing to compare: name a trick that the recipe has, or a variant");
    }
    Set<String> names = new HashSet<>();
    for (Variant variant : variants) {
      if (variant.comparison().filter(each -> !names.contains(each.reference())).isPresent()) {
        throw new IllegalArgumentException(
            "%s is compared to %s, which does not stand before it"
                .formatted(variant.name(), variant.comparison().get().reference()));
      }
      if (!names.add(variant.name())) {
        throw new IllegalArgumentException(
            "two variants are named %s; give each its own name".formatted(variant.name()));
      }
    }
  }

  /**
   * The whole recipe, and for each trick the recipe without it. A trick that works only beside
   * others is seen, one that others make up for is not.
   *
   * @param others variants of the whole recipe to compare with it: overrides by name
   */
  public static AblationPlan leavingOut(
      Recipe recipe, List<Trick> tricks, Map<String, List<String>> others, int seeds) {
    List<Variant> variants = new ArrayList<>();
    variants.add(variant(WHOLE, List.of(), recipe, null));
    for (Trick trick : tricks) {
      String label = trick.label();
      variants.add(
          variant(
              "without-" + label,
              trick.takenOut(recipe),
              recipe,
              new Comparison(label, WHOLE, true)));
    }
    others.forEach(
        (name, changes) ->
            variants.add(variant(name, changes, recipe, new Comparison(name, WHOLE, false))));
    return new AblationPlan(variants, seeds);
  }

  /**
   * The recipe without the tricks, then with one more at a time, in the order given: the paper's
   * tables 4 and 6. What a trick is worth depends on those before it.
   *
   * @param others variants of the whole recipe to compare with it: overrides by name
   */
  public static AblationPlan stacking(
      Recipe recipe, List<Trick> tricks, Map<String, List<String>> others, int seeds) {
    List<Variant> variants = new ArrayList<>();
    String last = PLAIN;
    variants.add(variant(PLAIN, without(recipe, tricks), recipe, null));
    for (int i = 0; i < tricks.size(); i++) {
      String label = tricks.get(i).label();
      List<String> changes = without(recipe, tricks.subList(i + 1, tricks.size()));
      String name = "with-" + label;
      variants.add(variant(name, changes, recipe, new Comparison(label, last, false)));
      last = name;
    }
    for (Map.Entry<String, List<String>> other : others.entrySet()) {
      variants.add(
          variant(
              other.getKey(),
              other.getValue(),
              recipe,
              new Comparison(other.getKey(), last, false)));
    }
    return new AblationPlan(variants, seeds);
  }

  /** How many networks are trained. */
  public int runs() {
    return variants.size() * seeds;
  }

  private static List<String> without(Recipe recipe, List<Trick> tricks) {
    return tricks.stream().flatMap(trick -> trick.takenOut(recipe).stream()).toList();
  }

  private static Variant variant(
      String name, List<String> changes, Recipe recipe, @Nullable Comparison comparison) {
    return new Variant(
        name,
        changes,
        recipe.with(changes.toArray(String[]::new)),
        Optional.ofNullable(comparison));
  }
}
