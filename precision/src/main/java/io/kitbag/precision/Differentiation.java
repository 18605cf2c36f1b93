package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Gradients of recorded scalars by the trained parameters of a {@link CompiledNetwork}. */
final class Differentiation {

  /** To be compiled into the script that the constructor gets. */
  static final String METHODS =
      """
      def gradients(self: __torch__.M, losses: List[Tensor], scales: List[Tensor], p: List[Tensor]) -> List[Tensor]:
        starts = annotate(List[Optional[Tensor]], [])
        for i in range(torch.len(scales)):
          _0 = torch.append(starts, scales[i])
        found = torch.grad(losses, p, starts)
        gradients = annotate(List[Tensor], [])
        for i in range(torch.len(found)):
          _0 = torch.append(gradients, unchecked_cast(Tensor, found[i]))
        return gradients
      """;

  private final Network network;
  private final NetworkTensors tensors;
  private final ScriptModule script;

  /** Whether each output depends on a parameter that is trained: logits, auxiliary logits. */
  private boolean[] isTrained;

  Differentiation(Network network, NetworkTensors tensors, ScriptModule script) {
    this.network = network;
    this.tensors = tensors;
    this.script = script;
    isTrained = outputsTrained();
  }

  /** To be called when other parameters are frozen. */
  void trainedChanged() {
    isTrained = outputsTrained();
  }

  /** See {@link CompiledNetwork#gradients(NDList, double...)}. */
  NDList gradients(NDList losses, double... scales) {
    NDManager results = losses.get(0).getManager();
    try (NDManager scope = results.newSubManager()) {
      NDList sources = new NDList();
      NDList factors = new NDList();
      for (int i = 0; i < losses.size(); i++) {
        if (isTrained[i]) {
          sources.add(losses.get(i));
          factors.add(scope.create((float) scales[i]));
        }
      }
      return by(results, sources, factors, tensors.trained());
    }
  }

  /** Differentiates the weighted sum of some recorded scalars by any recorded arrays. */
  NDList by(NDManager results, NDList sources, NDList factors, List<NDArray> arrays) {
    return script.record(results, "gradients", sources, factors, arrays);
  }

  private boolean[] outputsTrained() {
    Set<String> names =
        tensors.trainedSpecs().stream()
            .map(TensorSpec::name)
            .collect(Collectors.toUnmodifiableSet());
    List<Node> outputs = new ArrayList<>(List.of(network.output()));
    network.auxiliary().ifPresent(outputs::add);
    boolean[] trained = new boolean[outputs.size()];
    for (int i = 0; i < trained.length; i++) {
      trained[i] =
          network.sources(outputs.get(i)).stream()
              .flatMap(node -> node.tensors().stream())
              .anyMatch(tensor -> names.contains(tensor.name()));
    }
    return trained;
  }
}
