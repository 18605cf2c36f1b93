package io.kitbag.optim.average;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.internal.StateCheck;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The average of a network's parameters and buffers, updated in one native call.
 *
 * <p>Made by {@link AveragingRule#over}. The tensors stay the caller's; the average is freed by
 * {@link #close}. One thread at a time.
 */
public final class WeightAverage implements AutoCloseable {

  private static final String METHODS =
      """
      def copies(self: __torch__.M, w: List[Tensor]) -> List[Tensor]:
        copies = annotate(List[Tensor], [])
        for i in range(torch.len(w)):
          _0 = torch.append(copies, torch.clone(torch.detach(w[i])))
        return copies
      def copy(self: __torch__.M, targets: List[Tensor], sources: List[Tensor]) -> int:
        for i in range(torch.len(targets)):
          _0 = torch.copy_(targets[i], sources[i])
        return 0
      def lerp(self: __torch__.M, a: List[Tensor], w: List[Tensor], share: float) -> int:
        torch._foreach_lerp_(a, w, share)
        return 0
      def lerp_both(self: __torch__.M, a: List[Tensor], w: List[Tensor], share: float) -> int:
        torch._foreach_lerp_(a, w, share)
        for i in range(torch.len(a)):
          _0 = torch.copy_(w[i], a[i])
        return 0
      def swap(self: __torch__.M, a: List[Tensor], w: List[Tensor]) -> int:
        for i in range(torch.len(a)):
          held = torch.clone(a[i])
          _0 = torch.copy_(a[i], w[i])
          _1 = torch.copy_(w[i], held)
        return 0
      """;

  private final AveragingRule rule;
  private final List<NDArray> weights;
  private final List<NDArray> average;
  private final Map<String, NDArray> state;
  private final NDManager memory;
  private final ScriptModule script;

  WeightAverage(
      NDManager manager,
      AveragingRule rule,
      List<TensorSpec> tensors,
      List<? extends NDArray> weights) {
    if (tensors.isEmpty() || tensors.size() != weights.size()) {
      throw new IllegalArgumentException(
          "%d arrays given for %d tensors; pass one for each, and at least one"
              .formatted(weights.size(), tensors.size()));
    }
    this.rule = rule;
    this.weights = List.copyOf(weights);
    script = ScriptModule.compile(manager, METHODS);
    memory = manager.newSubManager();
    average = script.run(memory, "copies", this.weights);
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      named.put(tensors.get(i).name(), average.get(i));
    }
    state = Collections.unmodifiableMap(named);
  }

  public AveragingRule rule() {
    return rule;
  }

  /** Begins anew with a copy of the weights as they are. */
  public void reset() {
    script.run(memory, "copy", average, weights);
  }

  /**
   * Takes the weights in as the rule says, after an optimizer step; without waiting for the device.
   *
   * @param steps optimizer steps taken so far, that one included
   */
  public void update(long steps) {
    OptionalDouble share = rule.share(steps);
    if (share.isPresent()) {
      String method = rule.replacesWeights() ? "lerp_both" : "lerp";
      script.run(memory, method, average, weights, share.getAsDouble());
    }
  }

  /** Makes the weights the average. */
  public void adopt() {
    script.run(memory, "copy", weights, average);
  }

  /** Exchanges the weights and the average; a second call restores both, bit for bit. */
  public void swap() {
    script.run(memory, "swap", average, weights);
  }

  /** The live average by name of the tensor: read before the next update, do not close. */
  public Map<String, NDArray> state() {
    return state;
  }

  /**
   * Replaces the average by one that {@link #state} gave.
   *
   * @param saved arrays on any device; copied, they stay the caller's
   * @throws IllegalArgumentException naming what is missing, unknown, or of another shape or type;
   *     nothing has been changed then
   */
  public void load(Map<String, ? extends NDArray> saved) {
    StateCheck.requireSame(rule.toString(), state, saved);
    List<NDArray> sources = new ArrayList<>();
    state.keySet().forEach(name -> sources.add(saved.get(name)));
    script.run(memory, "copy", average, sources);
  }

  /** Frees the average; the weights are left alone. */
  @Override
  public void close() {
    memory.close();
    script.close();
  }
}
