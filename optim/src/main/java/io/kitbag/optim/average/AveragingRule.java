package io.kitbag.optim.average;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How weights are averaged: a pure function of the number of optimizer steps taken, so that the
 * average needs no state beside itself and a step that was skipped leaves it alone.
 */
public interface AveragingRule {

  /**
   * What to do after a step: average ← (1 − share)·average + share·weights.
   *
   * @param steps optimizer steps taken so far, the one just taken included, so at least 1
   * @return share in [0, 1]; empty if the average stays as it is
   */
  OptionalDouble share(long steps);

  /** The number of steps after which there is an average that differs from the first weights. */
  long start();

  /** Whether the weights become the average after each update, as slow weights do. */
  default boolean replacesWeights() {
    return false;
  }

  /** Whether the average is of no use before its running statistics were estimated anew. */
  default boolean needsStatistics() {
    return false;
  }

  /**
   * An average of these tensors, which begins as a copy of them.
   *
   * @param manager parent of the average's memory; closing the average frees it
   * @param tensors what the arrays are, in the same order: parameters and buffers; names key the
   *     saved state
   * @param weights float32 arrays; they stay the caller's
   */
  default WeightAverage over(
      NDManager manager, List<TensorSpec> tensors, List<? extends NDArray> weights) {
    return new WeightAverage(manager, this, tensors, weights);
  }
}
