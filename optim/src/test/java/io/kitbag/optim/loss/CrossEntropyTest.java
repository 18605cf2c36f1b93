package io.kitbag.optim.loss;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.kitbag.optim.Noise;
import io.kitbag.optim.Reference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CrossEntropyTest {

  private static final int IMAGES = 7;
  private static final int CLASSES = 5;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void free() {
    manager.close();
  }

  private record Result(float loss, float[] gradient) {}

  static Stream<Arguments> cases() {
    return Stream.of(
            CrossEntropy.uniformlySmoothed(0),
            CrossEntropy.smoothed(0.1),
            CrossEntropy.uniformlySmoothed(0.1))
        .flatMap(
            rule ->
                Stream.of(
                    Arguments.of(rule, 4f, false),
                    Arguments.of(rule, 4f, true),
                    Arguments.of(rule, 200f, false),
                    Arguments.of(rule, 200f, true)));
  }

  /** Floor 1/7, the largest gradient a logit can have here: softmax of scale 200 cancels to 0. */
  @ParameterizedTest(name = "{0}, logits times {1}, soft targets {2}")
  @MethodSource("cases")
  void equalsPyTorch(CrossEntropy rule, float scale, boolean soft) {
    String form = rule.form() == CrossEntropy.Form.OTHER_CLASSES ? "other" : "all";
    String key =
        "loss.%s.%s.%s.%s".formatted(scale, rule.smoothing(), form, soft ? "soft" : "hard");
    Result result = run(rule, Noise.scaled(1, IMAGES * CLASSES, scale), soft);
    assertClose(new float[] {result.loss()}, Reference.floats(key + ".value"), 1e-6, 0);
    assertClose(result.gradient(), Reference.floats(key + ".gradient"), 1e-6, 1.0 / IMAGES);
  }

  /** float32 rounding of a sum of 35 terms against float64: 1e-6 relative. */
  @ParameterizedTest(name = "{0}, logits times {1}, soft targets {2}")
  @MethodSource("cases")
  void equalsThePlainDefinitionInDoublePrecision(CrossEntropy rule, float scale, boolean soft) {
    float[] logits = Noise.scaled(1, IMAGES * CLASSES, scale);
    double[] expectedGradient = new double[logits.length];
    double expected = 0;
    for (int i = 0; i < IMAGES; i++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < CLASSES; k++) {
        max = Math.max(max, logits[i * CLASSES + k]);
      }
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        sum += Math.exp(logits[i * CLASSES + k] - max);
      }
      for (int k = 0; k < CLASSES; k++) {
        double logProbability = logits[i * CLASSES + k] - max - Math.log(sum);
        double target = smoothed(rule, soft ? mixed(i, k) : hard(i, k));
        expected -= target * logProbability / IMAGES;
        expectedGradient[i * CLASSES + k] = (Math.exp(logProbability) - target) / IMAGES;
      }
    }
    Result result = run(rule, logits, soft);
    assertThat((double) result.loss()).isCloseTo(expected, within(1e-6 * expected));
    for (int i = 0; i < logits.length; i++) {
      assertThat((double) result.gradient()[i])
          .as("gradient %d", i)
          .isCloseTo(expectedGradient[i], within(1e-6 / IMAGES));
    }
  }

  @Test
  void twoFormsAgreeWhenTheyShareTheSameOffValue() {
    float[] logits = Noise.scaled(3, IMAGES * CLASSES, 5);
    Result paper = run(CrossEntropy.smoothed(0.08), logits, false);
    Result uniform = run(CrossEntropy.uniformlySmoothed(0.1), logits, false);
    assertThat(paper.loss()).isCloseTo(uniform.loss(), within(1e-6f * uniform.loss()));
    assertClose(paper.gradient(), uniform.gradient(), 1e-6, 1.0 / IMAGES);
  }

  @Test
  void leavesNoArrayBehind() {
    try (Loss loss = CrossEntropy.smoothed(0.1).compile(manager);
        NDArray logits = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        NDArray labels = manager.create(new long[] {0, 1})) {
      int before = manager.getManagedArrays().size();
      loss.of(manager, logits, labels).close();
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void rejectsLabelsOutsideTheClasses() {
    try (Loss loss = CrossEntropy.plain().compile(manager)) {
      NDArray logits = manager.zeros(new Shape(1, 3));
      for (long label : List.of(3L, -1L, -100L)) {
        NDArray labels = manager.create(new long[] {label});
        assertThatThrownBy(() -> loss.of(manager, logits, labels))
            .as("label %d", label)
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("Target %d is out of bounds".formatted(label));
      }
    }
  }

  @Test
  void rejectsArraysOfOtherShapesAndTypes() {
    try (Loss loss = CrossEntropy.plain().compile(manager)) {
      NDArray logits = manager.zeros(new Shape(2, 3));
      NDArray labels = manager.zeros(new Shape(2), DataType.INT64);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.of(manager, logits.toType(DataType.FLOAT16, true), labels))
          .withMessageContaining("logits must be float32")
          .withMessageContaining("float16 (2, 3)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.of(manager, manager.zeros(new Shape(2, 1)), labels))
          .withMessageContaining("two classes");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.of(manager, logits, labels.toType(DataType.INT32, true)))
          .withMessageContaining("int64 labels (2) or float32 probabilities (2, 3)")
          .withMessageContaining("int32 (2)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.of(manager, logits, manager.zeros(new Shape(3), DataType.INT64)))
          .withMessageContaining("not int64 (3)");
    }
  }

  @Test
  void rejectsSmoothingThatLeavesNothingToTheTrueClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossEntropy.smoothed(1))
        .withMessageContaining("smoothing=1.0");
    assertThatIllegalArgumentException().isThrownBy(() -> CrossEntropy.smoothed(-0.1));
  }

  private Result run(CrossEntropy rule, float[] values, boolean soft) {
    try (Loss loss = rule.compile(manager);
        NDArray logits = manager.create(values, new Shape(IMAGES, CLASSES));
        NDArray targets = soft ? softTargets() : labels();
        GradientCollector collector = manager.getEngine().newGradientCollector()) {
      logits.setRequiresGradient(true);
      NDArray value = loss.of(manager, logits, targets);
      collector.backward(value);
      return new Result(value.getFloat(), logits.getGradient().toFloatArray());
    }
  }

  private NDArray labels() {
    long[] labels = new long[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = label(i);
    }
    return manager.create(labels);
  }

  private NDArray softTargets() {
    float[] targets = new float[IMAGES * CLASSES];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (float) mixed(i / CLASSES, i % CLASSES);
    }
    return manager.create(targets, new Shape(IMAGES, CLASSES));
  }

  private static int label(int image) {
    return (3 * image + 1) % CLASSES;
  }

  private static double hard(int image, int k) {
    return label(image) == k ? 1 : 0;
  }

  private static double mixed(int image, int k) {
    return 0.75 * hard(image, k) + 0.25 * hard(IMAGES - 1 - image, k);
  }

  private static double smoothed(CrossEntropy rule, double target) {
    double epsilon = rule.smoothing();
    return rule.form() == CrossEntropy.Form.OTHER_CLASSES
        ? target * (1 - epsilon) + (1 - target) * epsilon / (CLASSES - 1)
        : target * (1 - epsilon) + epsilon / CLASSES;
  }
}
