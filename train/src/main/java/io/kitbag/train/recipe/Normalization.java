package io.kitbag.train.recipe;

import io.kitbag.train.recipe.RecipeException.Problem;
import java.util.List;
import java.util.Map;

/**
 * The mean and the standard deviation that the device subtracts from and divides into each channel.
 *
 * <p>In YAML either a name ({@code imagenet}, {@code cifar10}) or the two lists.
 *
 * @param mean of red, green and blue, in 0 to 255
 * @param std of red, green and blue, in the same unit, above 0
 */
public record Normalization(List<Double> mean, List<Double> std) {
  /** The values of the paper, section 2.1. */
  public static final Normalization IMAGENET =
      new Normalization(List.of(123.68, 116.779, 103.939), List.of(58.393, 57.12, 57.375));

  /** Over all pixels of CIFAR-10's 50 000 training images: (0.4914, 0.4822, 0.4465) x 255. */
  public static final Normalization CIFAR10 =
      new Normalization(List.of(125.307, 122.950, 113.865), List.of(62.993, 62.089, 66.705));

  private static final Map<String, Normalization> NAMED =
      Map.of("imagenet", IMAGENET, "cifar10", CIFAR10);

  /** Checks that there are three of each and that one can divide by them. */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    new Check()
        .that(mean.size() == 3, "mean", mean, "must have three values, for red, green and blue")
        .that(std.size() == 3, "std", std, "must have three values, for red, green and blue")
        .that(mean.stream().allMatch(v -> v >= 0 && v <= 255), "mean", mean, "must be in 0 to 255")
        .that(std.stream().allMatch(v -> v > 0), "std", std, "must be above 0")
        .done();
  }

  /**
   * The statistics of a well-known data set.
   *
   * @throws RecipeException if there is none of this name
   */
  public static Normalization named(String name) {
    Normalization found = NAMED.get(name);
    if (found == null) {
      String message = "\"" + name + "\" is not one of cifar10, imagenet, nor lists mean and std";
      throw new RecipeException(List.of(new Problem("", "", message)));
    }
    return found;
  }
}
