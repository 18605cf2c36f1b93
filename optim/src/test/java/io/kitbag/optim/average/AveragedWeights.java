package io.kitbag.optim.average;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.optim.Noise;
import java.nio.FloatBuffer;
import java.util.List;

/** The tensors of {@code average.py}, seven weights and three of a buffer, with their average. */
final class AveragedWeights implements AutoCloseable {

  static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("fc.bias", Role.BIAS, List.of(7)),
          new TensorSpec("bn.running_mean", Role.RUNNING_MEAN, List.of(3)));

  final NDManager manager = NDManager.newBaseManager();
  final NDArray weight = manager.create(Noise.of(0, 7));
  final NDArray buffer = manager.create(Noise.of(1, 3));
  final WeightAverage average;

  AveragedWeights(AveragingRule rule) {
    weight.setRequiresGradient(true);
    average = rule.over(manager, SPECS, List.of(weight, buffer));
  }

  /** New weights, whatever they were. */
  void jump(long step) {
    weight.set(Noise.of(2 * step, 7));
    buffer.set(Noise.of(2 * step + 1, 3));
  }

  /** A step of plain gradient descent with a rate of 0.1. */
  void descend(long step) {
    float[] values = weight.toFloatArray();
    float[] gradient = Noise.of(2 * step, 7);
    for (int i = 0; i < values.length; i++) {
      values[i] -= 0.1f * gradient[i];
    }
    weight.set(values);
  }

  float[] weights() {
    return concat(weight, buffer);
  }

  float[] averaged() {
    return concat(average.state().get("fc.bias"), average.state().get("bn.running_mean"));
  }

  private static float[] concat(NDArray first, NDArray second) {
    FloatBuffer all = FloatBuffer.allocate((int) (first.size() + second.size()));
    return all.put(first.toFloatArray()).put(second.toFloatArray()).array();
  }

  @Override
  public void close() {
    average.close();
    manager.close();
  }
}
