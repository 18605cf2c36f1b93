/**
 * Averages of the weights over a run.
 *
 * <p>An {@link io.kitbag.optim.average.AveragingRule} says after which step how much of the weights
 * goes into the average: {@link io.kitbag.optim.average.Ema}, {@link
 * io.kitbag.optim.average.Lookahead}, {@link io.kitbag.optim.average.Swa}. With the weights it
 * makes a {@link io.kitbag.optim.average.WeightAverage}. Rules are immutable values; an average
 * holds native memory, is closed by whoever made it and belongs to one thread at a time.
 */
package io.kitbag.optim.average;
