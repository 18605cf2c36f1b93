package io.kitbag.train.recipe;

import java.util.List;

/**
 * The learning rate over the run: linear warm-up from 0, then one of the shapes.
 *
 * @param name the shape after the warm-up
 * @param learningRate at a batch of {@code baseBatch}, above 0
 * @param baseBatch the rate grows in proportion to {@code batchSize / baseBatch} (paper, section
 *     3.1: linear scaling); 0 takes {@code learningRate} as it is
 * @param warmupEpochs length of the warm-up, in epochs; fractions are allowed, 0 is off
 * @param milestones the epochs at which the shape {@code step} multiplies by {@code factor}; those
 *     at or after the last epoch have no effect
 * @param factor what it multiplies by, above 0 and at most 1
 * @param finalLearningRate where the cosine ends, as a rate (not scaled)
 * @param triangle the shape {@code triangular}, which rises by itself: its {@code warmupEpochs}
 *     must be 0
 */
public record ScheduleRecipe(
    Name name,
    double learningRate,
    int baseBatch,
    double warmupEpochs,
    List<Integer> milestones,
    double factor,
    double finalLearningRate,
    Triangle triangle) {

  /**
   * The shape {@code triangular}, in shares of the peak and of the run. The values of {@code
   * baseline} are those of airbench94 (arXiv 2404.00498).
   *
   * @param start share of the peak at the first step, from 0 to 1
   * @param peakAt share of the run before the peak, from 0 to 1
   * @param end share of the peak after the last step, from 0 to 1
   */
  public record Triangle(double start, double peakAt, double end) {

    /** Checks the ranges. */
    public Triangle {
      new Check()
          .within(0, 1, "start", start)
          .within(0, 1, "peakAt", peakAt)
          .within(0, 1, "end", end)
          .done();
    }
  }

  /** The shapes. */
  public enum Name {
    /** Half a cosine from the peak to {@code finalLearningRate} (paper, section 5.1). */
    COSINE,
    /** Times {@code factor} at each milestone (paper, section 2.1). */
    STEP,
    /** Straight up to the peak and straight down; see {@code triangle}. */
    TRIANGULAR,
    /** Always the peak. */
    CONSTANT
  }

  /** Checks the ranges. */
  public ScheduleRecipe {
    milestones = List.copyOf(milestones);
    boolean ascending = true;
    for (int i = 0; i < milestones.size(); i++) {
      ascending &= milestones.get(i) > (i == 0 ? 0 : milestones.get(i - 1));
    }
    new Check()
        .that(learningRate > 0, "learningRate", learningRate, "must be above 0")
        .atLeast(0, "baseBatch", baseBatch)
        .atLeast(0, "warmupEpochs", warmupEpochs)
        .that(
            name != Name.TRIANGULAR || warmupEpochs == 0,
            "warmupEpochs",
            warmupEpochs,
            "must be 0 for a triangular schedule, which rises by itself")
        .that(ascending, "milestones", milestones, "must be above 0 and ascending")
        .that(factor > 0 && factor <= 1, "factor", factor, "must be above 0 and at most 1")
        .atLeast(0, "finalLearningRate", finalLearningRate)
        .done();
  }

  /** The learning rate after warm-up for steps of {@code batchSize} images. */
  public double peakLearningRate(int batchSize) {
    return baseBatch == 0 ? learningRate : learningRate * batchSize / baseBatch;
  }
}
