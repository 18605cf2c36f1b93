package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * The mean loss since it was last asked for, without waiting for an asynchronous device: scalars
 * are kept there until someone wants the number.
 */
final class LossMeter {

  private final NDManager manager;
  private final boolean synchronous;
  private final NDList pending = new NDList();
  private double sum;
  private long count;

  LossMeter(NDManager manager) {
    this.manager = manager;
    this.synchronous = !manager.getDevice().isGpu();
  }

  /** Takes over a scalar; its value is read at once where that costs nothing. */
  void add(NDArray loss) {
    loss.attach(manager);
    pending.add(loss);
    if (synchronous) {
      read();
    }
  }

  /** The mean of what was added since the last call, NaN if that is nothing. */
  double takeMean() {
    read();
    double mean = sum / count;
    sum = 0;
    count = 0;
    return mean;
  }

  /** The mean so far of what can be read without waiting, NaN if that is nothing. */
  double mean() {
    return sum / count;
  }

  private void read() {
    for (NDArray loss : pending) {
      sum += loss.getFloat();
      count++;
    }
    pending.close();
    pending.clear();
  }
}
