package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the passes of a {@link CompiledNetwork} get as parameters: the master weights, which they
 * cast, or copies that are in the compute type already.
 *
 * <p>How it works: in a graph a cast to the type that a value has does nothing, so one graph serves
 * both. The copies are recorded; a gradient goes through their cast back to the fp32 masters, as it
 * does through a cast in the graph. Such a cast keeps nothing for its gradient, so any number of
 * passes can be differentiated through it.
 */
final class WeightCopies {

  private final NetworkTensors tensors;
  private final ScriptModule script;
  private final List<Integer> cast;
  private NDList passed;
  private boolean held;

  /** Without copies at first; {@code script} has {@link #method}. */
  WeightCopies(Network network, Formats formats, NetworkTensors tensors, ScriptModule script) {
    this.tensors = tensors;
    this.script = script;
    List<TensorSpec> specs = tensors.parameterSpecs();
    Set<String> names = GraphScript.castParameters(network, formats);
    cast =
        IntStream.range(0, specs.size())
            .filter(i -> names.contains(specs.get(i).name()))
            .boxed()
            .toList();
    passed = tensors.parameters();
  }

  /** To be compiled into the script that the constructor gets. */
  static String method(Formats formats) {
    return """
        def cast(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:
          values = annotate(List[Tensor], [])
          for i in range(torch.len(p)):
            _0 = torch.append(values, %s)
          return values
        """
        .formatted(formats.format().weight("p[i]"));
  }

  /** What to pass, in the order of the parameters. */
  NDList passed() {
    return passed;
  }

  boolean isHeld() {
    return held;
  }

  void hold(NDManager manager) {
    held = true;
    if (cast.isEmpty()) {
      return;
    }
    NDList masters = tensors.parameters();
    NDList sources = new NDList();
    cast.forEach(i -> sources.add(masters.get(i)));
    NDList copies = script.record(manager, "cast", sources);
    NDList mixed = new NDList(masters);
    for (int i = 0; i < copies.size(); i++) {
      mixed.set(cast.get(i), copies.get(i));
    }
    passed = mixed;
  }

  void release() {
    if (!held) {
      throw new IllegalStateException("no copies of weights are held");
    }
    held = false;
    if (cast.isEmpty()) {
      return;
    }
    List<NDArray> copies = cast.stream().map(passed::get).toList();
    passed = tensors.parameters();
    copies.forEach(NDArray::close);
  }
}
