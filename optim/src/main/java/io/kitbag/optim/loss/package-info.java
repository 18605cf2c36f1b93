/**
 * Losses: from logits and labels to one number that can be differentiated.
 *
 * <p>A {@link io.kitbag.optim.loss.LossRule} such as {@link io.kitbag.optim.loss.CrossEntropy} is a
 * value; {@link io.kitbag.optim.loss.LossRule#compile} makes a {@link io.kitbag.optim.loss.Loss} of
 * it. Axes: N images of a batch, K classes. Logits are float32 whatever the network computed in.
 */
package io.kitbag.optim.loss;
