package io.kitbag.optim.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.kitbag.optim.Noise;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BinaryCrossEntropyTest {
  private static final int IMAGES = 6;
  private static final int CLASSES = 5;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void free() {
    manager.close();
  }

  @Test
  void equalsTheFormulaInDoublePrecisionForLabelsAndMixedTargets() {
    for (CrossEntropy.Form form : CrossEntropy.Form.values()) {
      for (double smoothing : new double[] {0, 0.1}) {
        for (Optional<Double> threshold : List.of(Optional.<Double>empty(), Optional.of(0.2))) {
          for (float scale : new float[] {3, 60}) {
            for (boolean soft : new boolean[] {false, true}) {
              check(new BinaryCrossEntropy(smoothing, form, threshold), scale, soft);
            }
          }
        }
      }
    }
  }

  private void check(BinaryCrossEntropy rule, float scale, boolean soft) {
    float[] logits = Noise.scaled(1, IMAGES * CLASSES, scale);
    double[] targets = new double[IMAGES * CLASSES];
    long[] labels = new long[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = i % CLASSES;
      targets[i * CLASSES + i % CLASSES] += soft ? 0.9 - 0.1 * i : 1;
      targets[i * CLASSES + (i + 2) % CLASSES] += soft ? 0.1 + 0.1 * i : 0;
    }
    float[] given = new float[targets.length];
    double off =
        rule.smoothing() / (rule.form() == CrossEntropy.Form.ALL_CLASSES ? CLASSES : CLASSES - 1);
    double loss = 0;
    double[] gradient = new double[targets.length];
    for (int k = 0; k < targets.length; k++) {
      given[k] = (float) targets[k];
      double t = targets[k] * (1 - CLASSES * off) + off;
      if (rule.threshold().isPresent()) {
        t = t > rule.threshold().get() ? 1 : 0;
      }
      double z = logits[k];
      // log(1 + exp(z)) without overflow.
      loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - t * z;
      gradient[k] = (1 / (1 + Math.exp(-z)) - t) / targets.length;
    }
    loss /= targets.length;
    try (NDManager scope = manager.newSubManager();
        Loss compiled = rule.compile(scope);
        GradientCollector collector = scope.getEngine().newGradientCollector()) {
      NDArray z = scope.create(logits, new Shape(IMAGES, CLASSES));
      z.setRequiresGradient(true);
      NDArray wanted =
          soft ? scope.create(given, new Shape(IMAGES, CLASSES)) : scope.create(labels);
      NDArray value = compiled.of(scope, z, wanted);
      // Single precision: a few units in the last place of the largest term.
      assertThat((double) value.getFloat())
          .as("%s, logits times %s, soft %s", rule, scale, soft)
          .isCloseTo(loss, within(2e-6 * Math.max(1, scale)));
      collector.backward(value);
      float[] actual = z.getGradient().toFloatArray();
      for (int k = 0; k < actual.length; k++) {
        assertThat((double) actual[k]).isCloseTo(gradient[k], within(2e-8));
      }
    }
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new BinaryCrossEntropy(1, CrossEntropy.Form.ALL_CLASSES, Optional.empty()))
        .withMessageContaining("smoothing=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new BinaryCrossEntropy(0, CrossEntropy.Form.ALL_CLASSES, Optional.of(1.0)))
        .withMessageContaining("threshold=1.0");
  }
}
