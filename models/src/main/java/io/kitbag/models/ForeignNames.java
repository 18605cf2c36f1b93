package io.kitbag.models;

import io.kitbag.models.weights.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that other libraries give to the layers of the zoo's networks. A file speaks one
 * dialect throughout: the one is taken under which most tensors have a name and shape of the
 * network.
 */
final class ForeignNames {

  /** A way of naming, as what turns its names into ours; it may look at the whole file. */
  private interface Dialect {
    UnaryOperator<String> translation(Map<String, HostTensor> file);
  }

  private static final Pattern SHORTCUT = Pattern.compile("(.*\\.downsample\\.)(\\d+)(\\.\\w+)");

  private static final List<Dialect> DIALECTS =
      List.of(
          file -> UnaryOperator.identity(),
          // OpenMMLab leaves out the pool of a "d" shortcut where nothing shrinks.
          ForeignNames::shortcutsWithoutPool,
          // The head of older CIFAR networks.
          file -> name -> name.replaceFirst("^(linear|classifier|head)\\.", "fc."));

  private ForeignNames() {}

  /**
   * The same tensors under our names, as far as they are known.
   *
   * @throws IllegalArgumentException if two tensors get one name
   */
  static Map<String, HostTensor> translate(Network network, Map<String, HostTensor> file) {
    Map<String, List<Integer>> shapes =
        network.tensors().stream().collect(Collectors.toMap(TensorSpec::name, TensorSpec::shape));
    UnaryOperator<String> best = UnaryOperator.identity();
    long most = -1;
    for (Dialect dialect : DIALECTS) {
      UnaryOperator<String> translation = dialect.translation(file);
      long known =
          file.entrySet().stream()
              .filter(
                  tensor ->
                      tensor
                          .getValue()
                          .shape()
                          .equals(shapes.get(translation.apply(tensor.getKey()))))
              .count();
      if (known > most) {
        most = known;
        best = translation;
      }
    }
    Map<String, HostTensor> translated = new LinkedHashMap<>();
    for (Map.Entry<String, HostTensor> tensor : file.entrySet()) {
      String name = best.apply(tensor.getKey());
      if (translated.put(name, tensor.getValue()) != null) {
        throw new IllegalArgumentException(
            "the tensors are not those of %s: two are %s".formatted(network.name(), name));
      }
    }
    return translated;
  }

  private static UnaryOperator<String> shortcutsWithoutPool(Map<String, HostTensor> file) {
    return name -> {
      Matcher shortcut = SHORTCUT.matcher(name);
      if (!shortcut.matches() || !file.containsKey(shortcut.group(1) + "0.weight")) {
        return name;
      }
      return shortcut.group(1) + (Integer.parseInt(shortcut.group(2)) + 1) + shortcut.group(3);
    };
  }
}
