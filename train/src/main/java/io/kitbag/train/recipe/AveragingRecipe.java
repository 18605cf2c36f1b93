package io.kitbag.train.recipe;

/**
 * Averages of the weights, beside those that are trained.
 *
 * @param kind which one; the settings of the others have no effect
 * @param use what evaluation and prediction from a checkpoint take, if there is an average
 * @param ema settings of the exponential moving average
 * @param lookahead settings of the slow weights
 * @param swa settings of stochastic weight averaging
 */
public record AveragingRecipe(Kind kind, Use use, Ema ema, Lookahead lookahead, Swa swa) {

  /** The kinds. */
  public enum Kind {
    /** No average. */
    NONE,
    /** An exponential moving average. */
    EMA,
    /** Slow weights that the trained ones return to (arXiv 1907.08610; airbench). */
    LOOKAHEAD,
    /** The equal average over the last part of the run (arXiv 1803.05407). */
    SWA
  }

  /** The weights of a checkpoint that has two sets. */
  public enum Use {
    /** The averaged ones. */
    AVERAGE,
    /** Those that were trained. */
    RAW
  }

  /**
   * An exponential moving average of parameters and running statistics.
   *
   * @param decay share of the average that stays at an update, from 0 to below 1
   * @param warmup how the decay begins
   * @param everySteps optimizer steps from one update to the next, at least 1
   */
  public record Ema(double decay, WarmUp warmup, int everySteps) {

    /** How the decay begins. */
    public enum WarmUp {
      /** As {@code decay} after a first copy. */
      NONE,
      /** min(decay, 1 - (1 + t)^(-2/3)), timm's. */
      TIMM,
      /**
       * The weights themselves while the learning rate warms up; 1 - decay is multiplied by
       * batchSize * everySteps / epochs: torchvision's references.
       */
      TORCHVISION
    }

    /** Checks the ranges. */
    public Ema {
      new Check()
          .that(decay >= 0 && decay < 1, "decay", decay, "must be at least 0 and below 1")
          .atLeast(1, "everySteps", everySteps)
          .done();
    }
  }

  /**
   * Slow weights: after every so many steps slow = decay * slow + (1 - decay) * fast, fast = slow.
   *
   * @param everySteps at least 1
   * @param decay at the end of the run, from 0 to below 1; in the paper 1 - alpha
   * @param power before the end it is multiplied by (share of the run)^power; 0 keeps it constant
   */
  public record Lookahead(int everySteps, double decay, double power) {

    /** Checks the ranges. */
    public Lookahead {
      new Check()
          .atLeast(1, "everySteps", everySteps)
          .that(decay >= 0 && decay < 1, "decay", decay, "must be at least 0 and below 1")
          .atLeast(0, "power", power)
          .done();
    }
  }

  /**
   * Stochastic weight averaging. Batch norm's statistics are estimated anew at the end, over one
   * pass through the training images.
   *
   * @param start share of the epochs before it begins, rounded down, from 0 to below 1
   * @param everyEpochs epochs from one update to the next, at least 1
   * @param learningRate from then on: constant, or where each cycle begins; 0 leaves the schedule
   *     as it is
   * @param cycleEpochs length of a cycle; 0 is a constant rate
   * @param lowestLearningRate where each cycle ends, at most {@code learningRate}
   */
  public record Swa(
      double start,
      int everyEpochs,
      double learningRate,
      int cycleEpochs,
      double lowestLearningRate) {

    /** Checks the ranges. */
    public Swa {
      new Check()
          .that(start >= 0 && start < 1, "start", start, "must be at least 0 and below 1")
          .atLeast(1, "everyEpochs", everyEpochs)
          .atLeast(0, "learningRate", learningRate)
          .atLeast(0, "cycleEpochs", cycleEpochs)
          .that(
              lowestLearningRate >= 0 && (lowestLearningRate <= learningRate || cycleEpochs == 0),
              "lowestLearningRate",
              lowestLearningRate,
              "must be at least 0 and at most learningRate, which is " + learningRate)
          .done();
    }
  }
}
