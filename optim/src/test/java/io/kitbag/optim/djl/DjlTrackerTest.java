package io.kitbag.optim.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.optimizer.Optimizer;
import io.kitbag.optim.schedule.Schedule;
import org.junit.jupiter.api.Test;

class DjlTrackerTest {

  private static final Schedule RATE = Schedule.peak(0.4).warmUp(3).cosine(8);

  @Test
  void updateOneHasTheRateOfStepZero() {
    DjlTracker tracker = DjlTracker.of(RATE);
    for (int update = 1; update < 12; update++) {
      assertThat(tracker.getNewValue(update)).isEqualTo((float) RATE.at(update - 1));
      assertThat(tracker.getNewValue("id", update)).isEqualTo((float) RATE.at(update - 1));
    }
    assertThat(tracker.getNewValue(0)).isEqualTo((float) RATE.at(0));
    assertThat(tracker).hasToString(RATE.toString());
  }

  /** Two parameters, so that a step is two updates. */
  @Test
  void djlsOwnOptimizersFollowIt() {
    Optimizer sgd = Optimizer.sgd().setLearningRateTracker(DjlTracker.of(RATE)).build();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray first = weight(manager);
      NDArray second = weight(manager);
      float expected = 1;
      for (int step = 0; step < 8; step++) {
        sgd.update("first", first, manager.create(new float[] {1}));
        sgd.update("second", second, manager.create(new float[] {1}));
        expected -= (float) RATE.at(step);
        assertThat(first.getFloat()).isEqualTo(expected);
        assertThat(second.getFloat()).isEqualTo(expected);
      }
    }
  }

  private static NDArray weight(NDManager manager) {
    NDArray weight = manager.create(new float[] {1});
    weight.setRequiresGradient(true);
    return weight;
  }
}
