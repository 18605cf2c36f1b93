package io.kitbag.models;

import io.kitbag.models.op.Activation;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Op;
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
 *
 * <p>torchvision and timm name the layers of the same MobileNetV2 differently throughout, but in
 * the same order, to which {@link TimmOrder} brings sorted files. So a file none of whose layers is
 * known is matched by order, if that gives every tensor a partner of the same kind ({@code weight},
 * {@code running_mean} …) and shape, and nothing that a file does not tell could differ: the
 * network has no parallel branches, its batch norms have PyTorch's ε, and it is no MobileNetV3,
 * whose batch norms have one ε in torchvision and another in timm, so that the same weights give
 * other logits.
 */
final class ForeignNames {

  /** A way of naming, as what turns its names into ours; it may look at the whole file. */
  private interface Dialect {
    UnaryOperator<String> translation(Map<String, HostTensor> file);
  }

  private static final Pattern SHORTCUT =
      Pattern.compile("(.*\\.downsample\\.)(\\d{1,3})(\\.\\w+)");

  private static final List<Dialect> DIALECTS =
      List.of(
          file -> UnaryOperator.identity(),
          // OpenMMLab leaves out the pool of a "d" shortcut where nothing shrinks.
          ForeignNames::shortcutsWithoutPool,
          // The head of older CIFAR networks.
          file -> name -> name.replaceFirst("^(linear|classifier|head)\\.", "fc."));

  /** A name such as {@code bn1.weight} may mean something in two libraries by chance. */
  private static final double UNKNOWN_SHARE = 0.1;

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
    if (most <= UNKNOWN_SHARE * file.size()) {
      Map<String, HostTensor> ordered = TimmOrder.of(file);
      if (isInOrder(network, ordered)) {
        return byOrder(network, ordered);
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

  private static boolean isInOrder(Network network, Map<String, HostTensor> file) {
    List<TensorSpec> tensors = network.tensors();
    if (tensors.size() != file.size()
        || network.nodes().stream().map(Node::op).anyMatch(ForeignNames::isPeculiar)) {
      return false;
    }
    int i = 0;
    for (Map.Entry<String, HostTensor> entry : file.entrySet()) {
      TensorSpec tensor = tensors.get(i++);
      if (!lastPart(entry.getKey()).equals(lastPart(tensor.name()))
          || !trimmed(entry.getValue().shape()).equals(trimmed(tensor.shape()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPeculiar(Op op) {
    return op instanceof Concat
        || op instanceof BatchNorm norm && norm.eps() != BatchNorm.DEFAULT_EPS
        || op instanceof Activation act && act.function() == Activation.Function.HARD_SWISH;
  }

  private static Map<String, HostTensor> byOrder(Network network, Map<String, HostTensor> file) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    int i = 0;
    for (HostTensor value : file.values()) {
      TensorSpec tensor = network.tensors().get(i++);
      named.put(tensor.name(), new HostTensor(value.type(), tensor.shape(), value.data()));
    }
    return named;
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** A linear layer may be a convolution of 1 × 1 elsewhere: the same numbers. */
  private static List<Integer> trimmed(List<Integer> shape) {
    int axes = shape.size();
    while (axes > 1 && shape.get(axes - 1) == 1) {
      axes--;
    }
    return shape.subList(0, axes);
  }
}
