package io.kitbag.train.loop;

/**
 * The exponentially weighted mean of the losses so far, without the pull towards its start at zero.
 */
final class SmoothedLoss {

  /** Looks back ten steps; fastai's 0.98 looks back fifty, half of a test of a hundred steps. */
  private static final double BETA = 0.9;

  private double sum;
  private double weight;

  /** Adds a loss and returns the mean. */
  double add(double loss) {
    sum = BETA * sum + (1 - BETA) * loss;
    weight = BETA * weight + (1 - BETA);
    return sum / weight;
  }
}
