/**
 * Kitbag's optimizers, schedules and losses for programs that train with DJL's own {@code Trainer}
 * and {@code EasyTrain}.
 *
 * <p>{@link io.kitbag.optim.djl.DjlOptimizer} takes any {@link io.kitbag.optim.UpdateRule}, {@link
 * io.kitbag.optim.djl.DjlLoss} any {@link io.kitbag.optim.loss.LossRule}; {@link
 * io.kitbag.optim.djl.DjlTracker} gives a {@link io.kitbag.optim.schedule.Schedule} to DJL's own
 * optimizers. Both DJL and this package train one process on one device.
 */
package io.kitbag.optim.djl;
