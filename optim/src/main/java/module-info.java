/**
 * How networks learn: optimizers over parameter groups, learning-rate schedules, losses, gradient
 * clipping.
 *
 * <p>Start with {@link io.kitbag.optim.Sgd}, {@link io.kitbag.optim.schedule.Schedule} and {@link
 * io.kitbag.optim.loss.CrossEntropy}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.optim {
  requires transitive io.kitbag.precision;
  requires static org.jspecify;

  exports io.kitbag.optim;
  exports io.kitbag.optim.average;
  exports io.kitbag.optim.djl;
  exports io.kitbag.optim.loss;
  exports io.kitbag.optim.schedule;
}
