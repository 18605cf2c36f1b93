package io.kitbag.train.recipe;

import java.util.List;

/**
 * The learning rate over the run: a warm-up, then one of the shapes.
 *
 * @param name the shape after the warm-up
 * @param learningRate at a batch of {@code baseBatch}, above 0
 * @param baseBatch the rate grows with {@code batchSize / baseBatch}; 0 takes {@code learningRate}
 *     as it is
 * @param scaling how it grows with the batch
 * @param warmupEpochs length of the warm-up, in epochs; fractions are allowed, 0 is off
 * @param warmup how the warm-up goes
 * @param warmupFactor share of the peak at its start, from 0 to 1; 0 for a linear one is the
 *     paper's, whose first step has 1/m of the peak (section 3.1)
 * @param cooldownEpochs how long before the end the shape ends; the rest has the final rate
 * @param milestones the epochs at which the shape {@code step} multiplies by {@code factor}; those
 *     at or after the last epoch have no effect
 * @param factor what it, and {@code plateau}, multiplies by, above 0 and at most 1
 * @param finalLearningRate where cosine, polynomial, wsd and plateau end, as a rate (not scaled)
 * @param cycles cosines one after the other, at least 1
 * @param cycleFactor the peak of each relative to the one before, above 0 and at most 1
 * @param power of the polynomial, above 0
 * @param oneCycle the shape {@code one-cycle}, which rises by itself
 * @param wsd the shape {@code wsd}
 * @param plateau the shape {@code plateau}
 * @param triangle the shape {@code triangular}, which rises by itself: its {@code warmupEpochs}
 *     must be 0
 */
public record ScheduleRecipe(
    Name name,
    double learningRate,
    int baseBatch,
    Scaling scaling,
    double warmupEpochs,
    Warmup warmup,
    double warmupFactor,
    double cooldownEpochs,
    List<Integer> milestones,
    double factor,
    double finalLearningRate,
    int cycles,
    double cycleFactor,
    double power,
    Triangle triangle,
    OneCycle oneCycle,
    Wsd wsd,
    Plateau plateau) {

  /** How the learning rate grows with the batch. */
  public enum Scaling {
    /** In proportion (paper, section 3.1). */
    LINEAR,
    /** With its root, for optimizers in Adam's family. */
    SQUARE_ROOT
  }

  /** How a warm-up goes. */
  public enum Warmup {
    /** In a straight line to the peak. */
    LINEAR,
    /** At its first rate all the time. */
    CONSTANT
  }

  /**
   * The shape {@code one-cycle} (arXiv 1708.07120), as {@code torch.optim.lr_scheduler.OneCycleLR}.
   *
   * @param peakAt share of the run before the peak, above 0 and below 1
   * @param divisor of the peak at the first step, at least 1
   * @param finalDivisor of the first rate at the last step, at least 1
   * @param cosine half cosines; else straight lines
   */
  public record OneCycle(double peakAt, double divisor, double finalDivisor, boolean cosine) {

    /** Checks the ranges. */
    public OneCycle {
      new Check()
          .that(peakAt > 0 && peakAt < 1, "peakAt", peakAt, "must be above 0 and below 1")
          .atLeast(1, "divisor", divisor)
          .atLeast(1, "finalDivisor", finalDivisor)
          .done();
    }
  }

  /**
   * The shape {@code wsd}: after the warm-up constant, then falling (arXiv 2404.06395).
   *
   * @param decay share of the run in which it falls, above 0 and at most 1
   * @param shape how it falls
   */
  public record Wsd(double decay, Shape shape) {

    /** How the rate falls. */
    public enum Shape {
      /** In a straight line. */
      LINEAR,
      /** Along half a cosine. */
      COSINE,
      /** As 1 − √x (arXiv 2405.18392). */
      SQUARE_ROOT
    }

    /** Checks the range. */
    public Wsd {
      new Check()
          .that(decay > 0 && decay <= 1, "decay", decay, "must be above 0 and at most 1")
          .done();
    }
  }

  /**
   * The shape {@code plateau}, as {@code torch.optim.lr_scheduler.ReduceLROnPlateau}: times {@code
   * factor} when the measurements on test images stop getting better.
   *
   * @param metric what is looked at
   * @param patience measurements without improvement that are let pass, at least 0
   * @param threshold an improvement must be by this share of the best, at least 0
   * @param cooldown measurements after a reduction that do not count, at least 0
   */
  public record Plateau(Metric metric, int patience, double threshold, int cooldown) {

    /** What is looked at. */
    public enum Metric {
      /** The loss on test images: lower is better. */
      LOSS,
      /** Top-1 accuracy: higher is better. */
      TOP1
    }

    /** Checks the ranges. */
    public Plateau {
      new Check()
          .atLeast(0, "patience", patience)
          .atLeast(0, "threshold", threshold)
          .atLeast(0, "cooldown", cooldown)
          .done();
    }
  }

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
    /** A power of what is left of the run; see {@code power}. */
    POLYNOMIAL,
    /** Constant, then falling at the end; see {@code wsd}. */
    WSD,
    /** Up from far below and far down; see {@code oneCycle}. */
    ONE_CYCLE,
    /** The peak, lowered when measurements stop getting better; see {@code plateau}. */
    PLATEAU,
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
            name != Name.TRIANGULAR && name != Name.ONE_CYCLE || warmupEpochs == 0,
            "warmupEpochs",
            warmupEpochs,
            "must be 0 for triangular and one-cycle schedules, which rise by themselves")
        .within(0, 1, "warmupFactor", warmupFactor)
        .that(
            warmup != Warmup.CONSTANT || warmupEpochs == 0 || warmupFactor > 0,
            "warmupFactor",
            warmupFactor,
            "must be above 0 for a constant warm-up, which learns nothing otherwise")
        .atLeast(0, "cooldownEpochs", cooldownEpochs)
        .that(name != Name.PLATEAU || factor < 1, "factor", factor, "must be below 1 for plateau")
        .atLeast(1, "cycles", cycles)
        .that(
            cycleFactor > 0 && cycleFactor <= 1,
            "cycleFactor",
            cycleFactor,
            "must be above 0 and at most 1")
        .that(power > 0, "power", power, "must be above 0")
        .that(ascending, "milestones", milestones, "must be above 0 and ascending")
        .that(factor > 0 && factor <= 1, "factor", factor, "must be above 0 and at most 1")
        .atLeast(0, "finalLearningRate", finalLearningRate)
        .done();
  }

  /** The learning rate after warm-up for steps of {@code batchSize} images. */
  public double peakLearningRate(int batchSize) {
    if (baseBatch == 0) {
      return learningRate;
    }
    return switch (scaling) {
      case LINEAR -> learningRate * batchSize / baseBatch;
      case SQUARE_ROOT -> learningRate * Math.sqrt((double) batchSize / baseBatch);
    };
  }

  /** The {@code learningRate} to write for a peak at steps of {@code batchSize} images. */
  public double learningRateFor(double peak, int batchSize) {
    return baseBatch == 0 ? peak : peak * baseBatch / batchSize;
  }
}
