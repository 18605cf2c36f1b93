package io.kitbag.optim.loss;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.kitbag.optim.Noise;
import io.kitbag.optim.Reference;
import io.kitbag.optim.djl.DjlLoss;
import io.kitbag.optim.loss.CrossEntropy.Form;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient descent on logits under each loss, against {@code losses.py}: PyTorch and timm. */
class LossTrajectoryTest {

  private static final int IMAGES = 7;
  private static final int CLASSES = 5;
  private static final int STEPS = 200;
  private static final Set<Integer> STORED_AFTER = Set.of(1, 20, STEPS);
  private static final List<Double> WEIGHTS = List.of(0.5, 1.0, 2.0, 0.0, 1.5);

  private interface Value {
    NDArray of(NDManager scope, NDArray logits, NDArray targets);
  }

  static Stream<Arguments> rules() {
    Optional<Double> threshold = Optional.of(0.2);
    return Stream.of(
            Arguments.of("crossEntropy", CrossEntropy.plain()),
            Arguments.of("paper", CrossEntropy.smoothed(0.1)),
            Arguments.of("uniform", CrossEntropy.uniformlySmoothed(0.1)),
            Arguments.of("weighted", new ClassWeighted(WEIGHTS, 0)),
            Arguments.of("weightedSmoothed", new ClassWeighted(WEIGHTS, 0.1)),
            Arguments.of("binary", new BinaryCrossEntropy(0.1, Form.ALL_CLASSES, Optional.empty())),
            Arguments.of(
                "binaryPaper", new BinaryCrossEntropy(0.1, Form.OTHER_CLASSES, Optional.empty())),
            Arguments.of(
                "binaryThreshold", new BinaryCrossEntropy(0.1, Form.ALL_CLASSES, threshold)),
            Arguments.of(
                "binarySummed",
                new BinaryCrossEntropy(0.1, Form.ALL_CLASSES, Optional.empty(), true)),
            Arguments.of("focal", new Focal(2)),
            Arguments.of("focalSteep", new Focal(3.5)))
        .flatMap(
            rule ->
                Stream.of("hard", "soft")
                    .map(kind -> Arguments.of(rule.get()[0] + "." + kind, rule.get()[1])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void followsTheReferenceFor200Steps(String name, LossRule rule) {
    try (NDManager manager = NDManager.newBaseManager();
        Loss loss = rule.compile(manager)) {
      follow(name, 1, manager, loss::of);
    }
  }

  @Test
  void binaryCrossEntropySmoothsLabelsAsTimm() {
    try (NDManager manager = NDManager.newBaseManager();
        Loss loss =
            new BinaryCrossEntropy(0.1, Form.ALL_CLASSES, Optional.empty()).compile(manager)) {
      follow("binaryTimm.hard", 1, manager, loss::of);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auxiliary.hard", "auxiliary.soft"})
  void anAuxiliaryOutputFollowsTheReferenceFor200Steps(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(CrossEntropy.plain(), 0.4)) {
      follow(
          name,
          1,
          manager,
          (scope, logits, targets) ->
              loss.evaluate(new NDList(targets), new NDList(logits, logits.mul(0.5f))));
    }
  }

  static Stream<Arguments> distillations() {
    return Stream.of("hard", "soft")
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(
                        "distilled." + kind, 0.2f, Distillation.paper(CrossEntropy.plain())),
                    Arguments.of(
                        "distilledGluon." + kind,
                        0.5f,
                        new Distillation(CrossEntropy.plain(), 4, 0.5, 0.5))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("distillations")
  void distillationFollowsTheReferenceFor200Steps(String name, float rate, Distillation rule) {
    try (NDManager manager = NDManager.newBaseManager();
        Distillation.Compiled loss = rule.compile(manager)) {
      NDArray teacher =
          manager.create(Noise.scaled(2, IMAGES * CLASSES, 6), new Shape(IMAGES, CLASSES));
      follow(
          name,
          rate,
          manager,
          (scope, logits, targets) -> loss.of(scope, logits, targets, teacher));
    }
  }

  @Test
  void rejectsValuesThatTheFormulasDoNotAllow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Focal(0.5))
        .withMessageContaining("gamma=0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassWeighted(List.of(0.0, 0.0), 0))
        .withMessageContaining("nor all 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassWeighted(List.of(1.0, -1.0), 0))
        .withMessageContaining("[1.0, -1.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassWeighted(List.of(1.0), 1))
        .withMessageContaining("smoothing=1.0");
  }

  /** 1e-6 of each value or of the root mean square of all: logits that pass zero keep rounding. */
  private static void follow(String name, float rate, NDManager manager, Value value) {
    float[] logits = Noise.scaled(1, IMAGES * CLASSES, 3);
    for (int step = 0; step < STEPS; step++) {
      float loss;
      try (NDManager scope = manager.newSubManager();
          GradientCollector collector = scope.getEngine().newGradientCollector()) {
        NDArray z = scope.create(logits, new Shape(IMAGES, CLASSES));
        z.setRequiresGradient(true);
        NDArray targets = name.endsWith("hard") ? labels(scope) : mixed(scope);
        NDArray result = value.of(scope, z, targets);
        collector.backward(result);
        float[] gradient = z.getGradient().toFloatArray();
        for (int i = 0; i < logits.length; i++) {
          logits[i] -= gradient[i] * rate;
        }
        loss = result.getFloat();
      }
      if (STORED_AFTER.contains(step + 1)) {
        float[] expected = Reference.floats("loss/losses.txt", name + "." + (step + 1));
        float[] wanted = new float[logits.length];
        System.arraycopy(expected, 1, wanted, 0, wanted.length);
        assertClose(logits, wanted, 1e-6);
        assertThat(Math.abs(loss - expected[0]))
            .as("loss of step %d: %s, expected %s", step, loss, expected[0])
            .isLessThanOrEqualTo(1e-6f * Math.max(expected[0], 0.1f));
      }
    }
  }

  private static NDArray labels(NDManager scope) {
    long[] labels = new long[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (3 * i + 1) % CLASSES;
    }
    return scope.create(labels);
  }

  private static NDArray mixed(NDManager scope) {
    float[] targets = new float[IMAGES * CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      targets[i * CLASSES + (3 * i + 1) % CLASSES] += 0.75f;
      targets[i * CLASSES + (3 * (IMAGES - 1 - i) + 1) % CLASSES] += 0.25f;
    }
    return scope.create(targets, new Shape(IMAGES, CLASSES));
  }
}
