package io.kitbag.optim.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A compiled loss; made by {@link LossRule#compile} and closed by whoever made it. */
public interface Loss extends AutoCloseable {

  /**
   * The mean loss of a batch, recorded for autograd, without waiting for the device.
   *
   * @param results owner of the result
   * @param logitsNK float32, N × K with K ≥ 2
   * @param targets INT64 labels (N) in [0, K), or float32 probabilities (N × K), such as mixed
   *     labels, whose rows add up to one; constants, no gradient is needed for them
   * @return a float32 scalar, which the caller closes
   * @throws IllegalArgumentException if shapes or types are others
   */
  NDArray of(NDManager results, NDArray logitsNK, NDArray targets);

  @Override
  void close();
}
