package io.kitbag.precision.internal.guard;

import ai.djl.ndarray.types.Shape;
import io.kitbag.precision.ComputeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Inputs of an operation, what float64 makes of them, and how far other arithmetic may be off.
 *
 * <p>The bound on the error of one value: a sum of K products in any order is off by at most K u
 * Σ|aᵢbᵢ| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), u being half of
 * fp32's epsilon; Tensor Cores truncate, so a whole epsilon is allowed. K counts as at least
 * {@value #FEWEST_TERMS}, for fast convolutions that transform their inputs and multiply their
 * errors a little. To this comes the storage in the compute type: two epsilons of the largest
 * value, four times a correct rounding, as partial sums may be stored too. All are maxima over a
 * tensor.
 *
 * @param inputs exact in the compute type; the last is the gradient of the output
 * @param right the output, then the gradient of each input
 * @param allowed the bound for each of them
 */
record Reference(List<float[]> inputs, List<double[]> right, List<Double> allowed) {

  private static final long SEED = 1812_01187;
  private static final int FEWEST_TERMS = 64;

  /** One for each operation, with inputs from a generator of their own. */
  static List<Reference> of(List<Operation> operations, ComputeType type) {
    Random random = new Random(SEED);
    List<Reference> references = new ArrayList<>();
    for (Operation operation : operations) {
      List<float[]> inputs = new ArrayList<>();
      for (Shape shape : operation.arguments()) {
        inputs.add(values((int) shape.size(), type, random));
      }
      Oracle.Expected expected = operation.oracle().of(inputs);
      List<Double> allowed = new ArrayList<>();
      for (int result = 0; result < expected.values().size(); result++) {
        allowed.add(
            Math.max(FEWEST_TERMS, expected.terms().get(result))
                    * ComputeType.FP32.epsilon()
                    * expected.magnitudes().get(result)
                + 2 * type.epsilon() * Oracle.largest(expected.values().get(result)));
      }
      references.add(new Reference(inputs, expected.values(), allowed));
    }
    return references;
  }

  /** Multiples of the type's epsilon in [-1, 1]. */
  private static float[] values(int size, ComputeType type, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double value = 2 * random.nextDouble() - 1;
      values[i] = (float) (Math.rint(value / type.epsilon()) * type.epsilon());
    }
    return values;
  }
}
