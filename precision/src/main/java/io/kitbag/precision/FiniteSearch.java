package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.precision.script.ScriptModule;
import java.util.Optional;

/** Where in a {@link CompiledNetwork} the first value stands that is not finite. */
final class FiniteSearch {

  /** To be compiled into the script, beside the graph's method {@code finite}. */
  static final String METHODS =
      """
      def finite_each(self: __torch__.M, p: List[Tensor]) -> Tensor:
        finite = annotate(List[Tensor], [])
        for i in range(torch.len(p)):
          _0 = torch.append(finite, torch.all(torch.isfinite(p[i])))
        return torch.stack(finite)
      """;

  private final Network network;
  private final NetworkTensors tensors;
  private final ScriptModule script;

  FiniteSearch(Network network, NetworkTensors tensors, ScriptModule script) {
    this.network = network;
    this.tensors = tensors;
    this.script = script;
  }

  /**
   * See {@link CompiledNetwork#firstNonFinite}.
   *
   * @param weights what passes get as parameters
   * @param statistics what they get beside them; changed
   */
  Optional<String> first(
      NDManager scope, NDArray imagesNchw, NDList weights, NDList statistics, NDArray key) {
    int parameter = firstFalse(script.run(scope, "finite_each", tensors.parameters()).get(0));
    if (parameter >= 0) {
      return Optional.of(tensors.parameterSpecs().get(parameter).name());
    }
    int node = firstFalse(script.run(scope, "finite", imagesNchw, weights, statistics, key).get(0));
    return node < 0 ? Optional.empty() : Optional.of(network.nodes().get(node).name());
  }

  private static int firstFalse(NDArray flags) {
    boolean[] values = flags.toBooleanArray();
    for (int i = 0; i < values.length; i++) {
      if (!values[i]) {
        return i;
      }
    }
    return -1;
  }
}
