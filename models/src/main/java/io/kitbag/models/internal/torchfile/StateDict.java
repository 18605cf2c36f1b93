package io.kitbag.models.internal.torchfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the tensors in what a pickle holds. */
final class StateDict {

  /**
   * Where training scripts put the weights among other things, the better ones first: timm's
   * averaged weights, then the plain ones; torchvision's reference scripts.
   */
  private static final List<String> PLACES =
      List.of("state_dict_ema", "model_ema", "state_dict", "model", "module");

  private StateDict() {}

  static Map<String, TensorView> tensors(Object root) throws Malformed {
    if (!(root instanceof Map<?, ?> map)) {
      throw new Malformed("it holds no dictionary of tensors");
    }
    for (String place : PLACES) {
      if (map.get(place) instanceof Map<?, ?> inner) {
        return named(inner);
      }
    }
    return named(map);
  }

  private static Map<String, TensorView> named(Map<?, ?> map) throws Malformed {
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof TensorView)) {
        throw new Malformed(
            "its entry %s is not a tensor; save the state dict alone"
                .formatted(Malformed.shown("" + entry.getKey())));
      }
      tensors.put(name, (TensorView) entry.getValue());
    }
    return tensors;
  }
}
