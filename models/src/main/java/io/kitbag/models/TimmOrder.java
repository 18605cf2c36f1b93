package io.kitbag.models;

import io.kitbag.models.weights.HostTensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tensors of timm's MobileNets in the order in which the layers run. Files of safetensors have
 * them sorted by name.
 */
final class TimmOrder {

  private static final Pattern BLOCK = Pattern.compile("(blocks\\.(\\d{1,3})\\.(\\d{1,3})\\.)(.+)");

  private static final List<String> OUTSIDE =
      List.of("conv_stem", "bn1", "blocks", "conv_head", "bn2", "classifier");
  private static final List<String> EXPANDING =
      List.of(
          "conv_pw",
          "bn1",
          "conv_dw",
          "bn2",
          "se.conv_reduce",
          "se.conv_expand",
          "conv_pwl",
          "bn3");
  private static final List<String> PLAIN =
      List.of("conv_dw", "bn1", "se.conv_reduce", "se.conv_expand", "conv_pw", "bn2");
  private static final List<String> TENSORS =
      List.of("weight", "bias", "running_mean", "running_var");

  /** Where a tensor belongs; −1 for a word that is not known. */
  private record Place(int layer, int stage, int block, int inBlock, int tensor) {

    static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::layer)
            .thenComparingInt(Place::stage)
            .thenComparingInt(Place::block)
            .thenComparingInt(Place::inBlock)
            .thenComparingInt(Place::tensor);

    boolean isKnown() {
      return layer >= 0 && inBlock >= 0 && tensor >= 0;
    }
  }

  private TimmOrder() {}

  /** The same tensors in order, or as they were if a name is not one of timm's. */
  static Map<String, HostTensor> of(Map<String, HostTensor> file) {
    Map<String, Place> places =
        file.keySet().stream()
            .collect(Collectors.toMap(Function.identity(), name -> place(name, file.keySet())));
    if (!places.values().stream().allMatch(Place::isKnown)) {
      return file;
    }
    Map<String, HostTensor> ordered = new LinkedHashMap<>();
    file.keySet().stream()
        .sorted(Comparator.comparing(places::get, Place.ORDER))
        .forEach(name -> ordered.put(name, file.get(name)));
    return ordered;
  }

  private static Place place(String name, Set<String> all) {
    int dot = name.lastIndexOf('.');
    String layer = name.substring(0, Math.max(dot, 0));
    int tensor = TENSORS.indexOf(name.substring(dot + 1));
    Matcher block = BLOCK.matcher(layer);
    if (!block.matches()) {
      return new Place(OUTSIDE.indexOf(layer), 0, 0, 0, tensor);
    }
    List<String> layers = all.contains(block.group(1) + "conv_pwl.weight") ? EXPANDING : PLAIN;
    return new Place(
        OUTSIDE.indexOf("blocks"),
        Integer.parseInt(block.group(2)),
        Integer.parseInt(block.group(3)),
        layers.indexOf(block.group(4)),
        tensor);
  }
}
