package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.internal.ScriptedOptimizer;
import java.util.List;

/**
 * How gradients change parameters: an optimizer without its state.
 *
 * <p>A rule is written once, for the tensors of one group, in TorchScript's serialised dialect (see
 * {@link io.kitbag.precision.script.ScriptModule}); {@link #optimizer} makes one native method of
 * it for all groups. So a new optimizer is one record with {@link #slots} and {@link #update}.
 */
public interface UpdateRule {

  /**
   * Names of the state tensors that every parameter has, each shaped like the parameter and zero at
   * first; none for a rule without memory. They are identifiers, and names of the saved state.
   */
  List<String> slots();

  /**
   * Statements that update the parameters of one group, in place. They see
   *
   * <ul>
   *   <li>{@code p} and {@code g}, the parameters and gradients ({@code List[Tensor]}; {@code g}
   *       may be overwritten),
   *   <li>one {@code List[Tensor]} under the name of each slot,
   *   <li>{@code lr}, the learning rate with the group's factor applied ({@code float}),
   *   <li>{@code step}, the number of steps taken before ({@code int}).
   * </ul>
   */
  String update(ParameterGroup group);

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
    return new ScriptedOptimizer(manager, this, groups, parameters, weights);
  }
}
