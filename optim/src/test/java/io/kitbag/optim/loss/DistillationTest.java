package io.kitbag.optim.loss;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.optim.Noise;
import io.kitbag.precision.script.ScriptModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillationTest {

  private static final int N = 6;
  private static final int K = 5;
  private static final String GRADIENT =
      """
      def gradient(self: __torch__.M, loss: Tensor, z: List[Tensor]) -> List[Tensor]:
        found = torch.grad([loss], z)
        return [unchecked_cast(Tensor, found[0])]
      """;

  private final float[] student = Noise.scaled(1, N * K, 8);
  private final float[] teacher = Noise.scaled(2, N * K, 30);

  /** Labels, or a mixture of two labels. */
  private static double target(int image, int k, boolean soft) {
    int label = (3 * image + 1) % K;
    int other = (image + 2) % K;
    return soft ? (k == label ? 0.75 : 0) + (k == other ? 0.25 : 0) : k == label ? 1 : 0;
  }

  /**
   * The paper's formula and its derivative, term by term in float64. Values are near 100, where
   * float32 is exact to 1e-7 of it; a gradient is a difference of probabilities times T.
   */
  @ParameterizedTest
  @CsvSource({
    "20, 1, 1, false",
    "20, 0.5, 0.5, true",
    "4, 0.1, 0.9, false",
    "1, 0, 1, true",
    "20, 1, 0, false"
  })
  void isHardLossPlusScaledSoftLoss(double t, double hard, double soft, boolean mixed) {
    double value = 0;
    float[] gradient = new float[N * K];
    for (int i = 0; i < N; i++) {
      double[] p = softmax(student, i, 1);
      double[] pAtT = softmax(student, i, t);
      double[] qAtT = softmax(teacher, i, t);
      for (int k = 0; k < K; k++) {
        double y = target(i, k, mixed);
        value -= hard * y * Math.log(p[k]) / N;
        value -= soft * t * t * qAtT[k] * Math.log(pAtT[k]) / N;
        gradient[i * K + k] = (float) ((hard * (p[k] - y) + soft * t * (pAtT[k] - qAtT[k])) / N);
      }
    }
    Distillation rule = new Distillation(CrossEntropy.plain(), t, hard, soft);
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule script = ScriptModule.compile(manager, GRADIENT);
        Distillation.Compiled loss = rule.compile(manager)) {
      NDArray z = manager.create(student, new Shape(N, K));
      z.setRequiresGradient(true);
      NDArray r = manager.create(teacher, new Shape(N, K));
      NDArray result = loss.of(manager, z, targets(manager, mixed), r);
      assertThat((double) result.getFloat()).isCloseTo(value, within(1e-6 * Math.abs(value)));
      float[] found =
          script.record(manager, "gradient", result, new NDList(z)).get(0).toFloatArray();
      assertClose(found, gradient, 2e-6, Math.max(1, soft * t) / N);
    }
  }

  private static NDArray targets(NDManager manager, boolean mixed) {
    if (mixed) {
      float[] values = new float[N * K];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) target(i / K, i % K, true);
      }
      return manager.create(values, new Shape(N, K));
    }
    long[] labels = new long[N];
    for (int i = 0; i < N; i++) {
      labels[i] = (3 * i + 1) % K;
    }
    return manager.create(labels);
  }

  private static double[] softmax(float[] logits, int image, double temperature) {
    double[] values = new double[K];
    double sum = 0;
    for (int k = 0; k < K; k++) {
      values[k] = Math.exp(logits[image * K + k] / temperature);
      sum += values[k];
    }
    for (int k = 0; k < K; k++) {
      values[k] /= sum;
    }
    return values;
  }

  @Test
  void smoothsOnlyTheHardPart() {
    try (NDManager manager = NDManager.newBaseManager();
        Distillation.Compiled plain = Distillation.paper(CrossEntropy.plain()).compile(manager);
        Distillation.Compiled smoothed =
            Distillation.paper(CrossEntropy.smoothed(0.1)).compile(manager);
        Loss hardPlain = CrossEntropy.plain().compile(manager);
        Loss hardSmoothed = CrossEntropy.smoothed(0.1).compile(manager)) {
      NDArray z = manager.create(student, new Shape(N, K));
      NDArray r = manager.create(teacher, new Shape(N, K));
      NDArray y = targets(manager, false);
      double difference =
          smoothed.of(manager, z, y, r).getFloat() - plain.of(manager, z, y, r).getFloat();
      double expected =
          hardSmoothed.of(manager, z, y).getFloat() - hardPlain.of(manager, z, y).getFloat();
      // Both sides are differences of float32 numbers of some hundreds.
      assertThat(difference).isCloseTo(expected, within(2e-4));
      assertThat(expected).isGreaterThan(0.1);
    }
  }

  @Test
  void refusesATeacherOfOtherClasses() {
    try (NDManager manager = NDManager.newBaseManager();
        Distillation.Compiled loss = Distillation.gluon(CrossEntropy.plain()).compile(manager)) {
      NDArray z = manager.create(student, new Shape(N, K));
      NDArray r = manager.create(teacher, new Shape(K, N));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.of(manager, z, targets(manager, false), r))
          .withMessageContaining("float32 (6, 5) and float32 (5, 6)");
    }
  }

  @Test
  void rejectsNumbersThatTheFormulaDoesNotAllow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distillation(CrossEntropy.plain(), 0, 1, 1))
        .withMessageContaining("temperature=0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distillation(CrossEntropy.plain(), 20, 0, 0))
        .withMessageContaining("nor both 0");
  }
}
