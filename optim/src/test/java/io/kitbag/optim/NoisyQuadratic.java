package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/** The problem of {@code reference.py}: five small tensors, gradient = w/2 + noise of the step. */
public final class NoisyQuadratic implements AutoCloseable {

  public static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("conv1.weight", Role.CONV_WEIGHT, List.of(3, 2, 3, 3)),
          new TensorSpec("bn1.weight", Role.NORM_WEIGHT, List.of(3)),
          new TensorSpec("bn1.bias", Role.NORM_BIAS, List.of(3)),
          new TensorSpec("fc.weight", Role.LINEAR_WEIGHT, List.of(5, 3)),
          new TensorSpec("fc.bias", Role.BIAS, List.of(5)));

  final NDManager manager = NDManager.newBaseManager();
  final NDList parameters = new NDList();
  private final Optimizer optimizer;

  /** Makes the optimizer of a problem. */
  public interface Maker {
    Optimizer of(NDManager manager, List<TensorSpec> specs, NDList parameters);
  }

  NoisyQuadratic(UpdateRule rule, ParameterGroups groups) {
    this((manager, specs, parameters) -> rule.optimizer(manager, groups, specs, parameters));
  }

  public NoisyQuadratic(Maker maker) {
    for (int i = 0; i < SPECS.size(); i++) {
      NDArray parameter = array(i, Noise.of(1000 + i, (int) SPECS.get(i).size()));
      parameter.setRequiresGradient(true);
      parameters.add(parameter);
    }
    optimizer = maker.of(manager, SPECS, parameters);
  }

  public Optimizer optimizer() {
    return optimizer;
  }

  public void step(long step, double learningRate) {
    try (NDList gradients = gradients(step)) {
      optimizer.step(gradients, learningRate);
    }
  }

  NDList gradients(long step) {
    NDList gradients = new NDList();
    for (int i = 0; i < SPECS.size(); i++) {
      float[] gradient = parameters.get(i).toFloatArray();
      float[] noise = Noise.of(5 * step + i, gradient.length);
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] = gradient[j] * 0.5f + noise[j];
      }
      gradients.add(array(i, gradient));
    }
    return gradients;
  }

  public float[] weights() {
    return flat(parameters);
  }

  public void copyWeights(NoisyQuadratic other) {
    for (int i = 0; i < parameters.size(); i++) {
      parameters.get(i).set(other.parameters.get(i).toFloatArray());
    }
  }

  static float[] flat(List<NDArray> arrays) {
    List<Float> values = new ArrayList<>();
    for (NDArray array : arrays) {
      for (float value : array.toFloatArray()) {
        values.add(value);
      }
    }
    float[] flat = new float[values.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.get(i);
    }
    return flat;
  }

  private NDArray array(int spec, float[] values) {
    long[] shape = SPECS.get(spec).shape().stream().mapToLong(Integer::longValue).toArray();
    return manager.create(values, new Shape(shape));
  }

  @Override
  public void close() {
    optimizer.close();
    manager.close();
  }
}
