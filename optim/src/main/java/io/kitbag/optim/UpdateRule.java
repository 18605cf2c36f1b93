package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.internal.ScriptedOptimizer;
import java.util.List;

/**
 * How gradients change parameters: an optimizer without its state.
 *
 * <p>A rule is written once, for one parameter, in TorchScript's serialised dialect (see {@link
 * io.kitbag.precision.script.ScriptModule}); {@link #optimizer} makes one native method of it for
 * all parameters. So a new optimizer is one record with {@link #slots} and {@link #update}.
 */
public interface UpdateRule {

  /**
   * Names of the state tensors that every parameter has, each shaped like the parameter and zero at
   * first; none for a rule without memory. They are identifiers, and names of the saved state.
   */
  List<String> slots();

  /**
   * Statements that update one parameter of a group, in place. They see
   *
   * <ul>
   *   <li>{@code p} and {@code g}, the parameter and its gradient ({@code Tensor}; {@code g} may be
   *       overwritten),
   *   <li>one {@code Tensor} under the name of each slot,
   *   <li>{@code lr}, the learning rate with the group's factor applied ({@code float}),
   *   <li>{@code step}, the number of steps taken before ({@code int}),
   *   <li>{@code product}, see {@link #productFactor} ({@code float}).
   * </ul>
   */
  String update(ParameterGroup group);

  /**
   * Whether every tensor operation of {@link #update} is elementwise and written {@code each.add_}
   * instead of {@code torch.add_}. Such a rule takes all parameters of a group at once on a GPU
   * ({@code torch._foreach_add_}), where starting an operation costs more than running it, and one
   * parameter after the other on a CPU, where it then is in the cache for the next operation.
   * Besides what {@code torch._foreach_*} has in PyTorch 2.0 there are {@code each.copy_(to, from)}
   * and {@code each.decay_add_(v, factor, x)}, which is v ← factor·v + x; a result may be given a
   * tensor to write to, {@code y = each.sqrt(x, out=g)}, and stays without it on a GPU.
   */
  default boolean multiTensor() {
    return false;
  }

  /**
   * A factor of this step; {@code product} in {@link #update} is that of all steps up to and
   * including this one.
   *
   * @param step the number of steps taken before
   */
  default double productFactor(long step) {
    return 1;
  }

  /** The rule for one parameter, for rules that treat some by another rule. */
  default UpdateRule ruleFor(TensorSpec parameter) {
    return this;
  }

  /**
   * An optimizer of these parameters, with fresh state.
   *
   * @param manager parent of the state's memory; closing the optimizer frees it
   * @param parameters what the arrays are, in the same order; names key the saved state
   * @param weights float32 arrays; they stay the caller's
   * @throws IllegalArgumentException naming the first tensor that is a buffer, not float32, or not
   *     of the shape its description gives
   */
  default Optimizer optimizer(
      NDManager manager,
      ParameterGroups groups,
      List<TensorSpec> parameters,
      List<? extends NDArray> weights) {
    return ScriptedOptimizer.of(manager, this, groups, parameters, weights);
  }
}
