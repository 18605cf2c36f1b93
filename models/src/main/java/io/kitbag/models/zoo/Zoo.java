package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Networks by name.
 *
 * <ul>
 *   <li>{@code resnet<depth>_v1|v1b|v1c|v1d} is a {@link ResNet};
 *   <li>{@code cifar_resnet<depth>[d][_w<widen>]} is a {@link CifarResNet} of any depth 6n + 2,
 *       with the averaging shortcut (d) and multiplied widths (w).
 *   <li>{@code resnet9[_w<width>]} is a {@link ResNet9}.
 * </ul>
 */
public final class Zoo {

  private static final Pattern RESNET = Pattern.compile("resnet(\\d{1,3})_v1([bcd]?)");
  private static final Pattern CIFAR_RESNET =
      Pattern.compile("cifar_resnet(\\d{1,4})(d?)(?:_w(\\d{1,2}))?");
  private static final Pattern RESNET9 = Pattern.compile("resnet9(?:_w(\\d{1,3}))?");
  private static final List<Integer> CIFAR_DEPTHS = List.of(20, 32, 56);
  private static final int SUGGESTIONS = 3;

  private Zoo() {}

  /** The usual names; more CIFAR depths and widths are understood than are listed. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int depth : ResNet.depths()) {
      for (ResNet.Variant variant : ResNet.Variant.values()) {
        names.add(ResNet.of(depth, variant).name());
      }
    }
    for (int depth : CIFAR_DEPTHS) {
      names.add(CifarResNet.of(depth).name());
      names.add(CifarResNet.d(depth).name());
    }
    names.add(ResNet9.of(ResNet9.DEFAULT_WIDTH).name());
    return List.copyOf(names);
  }

  /**
   * The network of that name.
   *
   * @throws IllegalArgumentException if there is none, with the nearest names, or if its depth or
   *     an option does not fit
   */
  public static Network network(String name, ZooOptions options) {
    Matcher resnet = RESNET.matcher(name);
    if (resnet.matches()) {
      return resNet(resnet, options).network();
    }
    Matcher cifar = CIFAR_RESNET.matcher(name);
    if (cifar.matches()) {
      return cifarResNet(cifar, options).network();
    }
    Matcher resnet9 = RESNET9.matcher(name);
    if (resnet9.matches()) {
      return resNet9(resnet9, options).network();
    }
    throw new IllegalArgumentException(
        "there is no network named %s; the nearest names are %s"
            .formatted(name, String.join(", ", nearest(name))));
  }

  private static ResNet resNet(Matcher name, ZooOptions options) {
    ResNet.Variant variant =
        switch (name.group(2)) {
          case "b" -> ResNet.Variant.B;
          case "c" -> ResNet.Variant.C;
          case "d" -> ResNet.Variant.D;
          default -> ResNet.Variant.V1;
        };
    ResNet net = ResNet.of(Integer.parseInt(name.group(1)), variant);
    return new ResNet(
        net.depth(),
        variant,
        options.classes(),
        options.inputChannels(),
        options.stemWidth().orElse(net.stemWidth()),
        options.zeroGamma());
  }

  private static CifarResNet cifarResNet(Matcher name, ZooOptions options) {
    int widen = name.group(3) == null ? 1 : Integer.parseInt(name.group(3));
    CifarResNet net = CifarResNet.of(Integer.parseInt(name.group(1))).widen(widen);
    return new CifarResNet(
        net.depth(),
        !name.group(2).isEmpty(),
        widen,
        options.classes(),
        options.inputChannels(),
        options.stemWidth().orElse(net.stemWidth()),
        options.zeroGamma());
  }

  private static ResNet9 resNet9(Matcher name, ZooOptions options) {
    int width = name.group(1) == null ? ResNet9.DEFAULT_WIDTH : Integer.parseInt(name.group(1));
    return new ResNet9(
        options.stemWidth().orElse(width),
        options.classes(),
        options.inputChannels(),
        options.zeroGamma());
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
