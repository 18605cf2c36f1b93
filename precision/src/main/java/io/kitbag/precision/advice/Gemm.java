package io.kitbag.precision.advice;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product (m × k) · (k × n) that a pass through a layer amounts to.
 *
 * @param pass forward, gradient of the input or gradient of the weights
 * @param m rows of the result
 * @param n columns of the result
 * @param k length of the sums
 * @param groups how many such products
 * @param flops operations, a multiply-add being two; for the input gradient of a strided
 *     convolution fewer than the dimensions say, as most of its products are with zeros
 * @param aligned the dimensions that lie next to each other in memory, of which Tensor Cores want
 *     multiples: some of {@code m}, {@code n}, {@code k}
 */
public record Gemm(Pass pass, long m, long n, long k, int groups, double flops, String aligned) {

  /** The three products of a layer in a training step. */
  public enum Pass {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }

  /** The dimensions that are no multiples of {@code multiple} though they should be. */
  public List<String> misfits(int multiple) {
    List<String> misfits = new ArrayList<>();
    check("m", m, multiple, misfits);
    check("n", n, multiple, misfits);
    check("k", k, multiple, misfits);
    return misfits;
  }

  private void check(String dimension, long size, int multiple, List<String> misfits) {
    if (aligned.contains(dimension) && size % multiple != 0) {
      misfits.add(dimension + "=" + size);
    }
  }
}
