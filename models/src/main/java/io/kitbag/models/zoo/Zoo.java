package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Networks by name; {@link #names} has the usual ones, and more depths, widths and options are
 * understood than are listed.
 *
 * <ul>
 *   <li>{@code [se_]resnet<depth>_v1|v1b|v1c|v1d|v1e|v1s[_gn]}, {@code
 *       [se_]resnext<depth>_<groups>x<width>d[_gn]} and {@code wide_resnet<depth>_<factor>} are
 *       {@link ResNet}s;
 *   <li>{@code cifar_resnet<depth>[d][_w<widen>]} is a {@link CifarResNet} of any depth 6n + 2,
 *       with the averaging shortcut (d) and multiplied widths (w);
 *   <li>{@code cifar_wideresnet<depth>_<widen>} is a {@link CifarWideResNet} of any depth 6n + 4;
 *   <li>{@code mobilenet<width>}, {@code mobilenet_v2[_<width>]} and {@code
 *       mobilenet_v3_large|small} are {@link MobileNetV1}, {@link MobileNetV2}, {@link
 *       MobileNetV3}; {@code mobilenetv3_large|small_100} are the last as timm has it;
 *   <li>{@code inception_v3} is {@link InceptionV3};
 *   <li>{@code resnet9[_w<width>]} is a {@link ResNet9};
 *   <li>{@code airbench94}, {@code airbench95} and {@code airbench_<w1>_<w2>_<w3>} are {@link
 *       Airbench}es.
 * </ul>
 */
public final class Zoo {

  private static final List<Family> FAMILIES =
      List.of(
          ResNet.FAMILY,
          CifarResNet.FAMILY,
          CifarWideResNet.FAMILY,
          MobileNetV1.FAMILY,
          MobileNetV2.FAMILY,
          MobileNetV3.FAMILY,
          InceptionV3.FAMILY,
          ResNet9.FAMILY,
          Airbench.FAMILY);

  private static final int SUGGESTIONS = 3;

  private Zoo() {}

  /** The usual names, family by family. */
  public static List<String> names() {
    return FAMILIES.stream().flatMap(family -> family.names().stream()).toList();
  }

  /**
   * The network of that name, which is its name too.
   *
   * @throws IllegalArgumentException if there is none, with the nearest names, or if its depth or
   *     an option does not fit
   */
  public static Network network(String name, ZooOptions options) {
    Family family = family(name, options);
    requireParts(name, family, options);
    return family.network(name, options).orElseThrow().withName(name);
  }

  private static Family family(String name, ZooOptions options) {
    return FAMILIES.stream()
        .filter(family -> family.network(name, options).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no network named %s; the nearest names are %s"
                        .formatted(name, String.join(", ", nearest(name)))));
  }

  /**
   * The side of the images that a network of the zoo is made for, in pixels: 32, 224 or 299.
   *
   * @throws IllegalArgumentException if there is no network of that name
   */
  public static int imageSize(String name) {
    return family(name, ZooOptions.classes(1)).imageSize();
  }

  private static void requireParts(String name, Family family, ZooOptions options) {
    Set<ZooOptions.Part> missing = EnumSet.allOf(ZooOptions.Part.class);
    missing.removeAll(family.parts());
    missing.retainAll(options.parts());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no option %s; its options are %s"
              .formatted(name, missing.iterator().next(), family.parts()));
    }
  }

  private static List<String> nearest(String name) {
    return names().stream()
        .sorted(Comparator.comparingInt(candidate -> editDistance(candidate, name)))
        .limit(SUGGESTIONS)
        .toList();
  }

  /** Levenshtein's distance. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
