package io.kitbag.train.loop;

import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Plateau;
import io.kitbag.optim.schedule.Schedule;
import java.util.Optional;

/** A learning-rate schedule that is worded in epochs, for runs whose epochs have any length. */
@FunctionalInterface
public interface SchedulePlan {

  /**
   * Lowering by what is measured.
   *
   * @param plateau looks at top-1 accuracy if higher is better, else at the loss on test images
   * @param lowest learning rate where lowering ends
   */
  record Lowering(Plateau plateau, double lowest) {}

  /** The schedule in steps. */
  Schedule over(Epochs epochs);

  /** Whether measurements lower the rate besides; none by default. */
  default Optional<Lowering> lowering() {
    return Optional.empty();
  }
}
