/**
 * Optimizers: one native call per step over all parameters, with float32 state that is saved by
 * parameter name.
 *
 * <p>An {@link io.kitbag.optim.UpdateRule} such as {@link io.kitbag.optim.Sgd} says how gradients
 * change parameters; {@link io.kitbag.optim.ParameterGroups} says how strongly each parameter
 * decays and learns; together with the parameters they make an {@link io.kitbag.optim.Optimizer}.
 * {@link io.kitbag.optim.GradientClip} goes between the backward pass and the step.
 *
 * <p>Everywhere, a learning rate is per optimizer step and lists of arrays are in the order of the
 * parameters. Rules and groups are immutable values; optimizers and clips hold native memory, are
 * closed by whoever made them and belong to one thread at a time.
 */
package io.kitbag.optim;
