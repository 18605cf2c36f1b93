package io.kitbag.optim.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.kitbag.optim.Noise;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Distillation;
import io.kitbag.optim.loss.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DjlLossTest {

  private static final Shape LOGITS = new Shape(3, 4);
  private static final CrossEntropy RULE = CrossEntropy.smoothed(0.1);

  private static NDArray logits(NDManager manager, long stream) {
    return manager.create(Noise.of(stream, 12), LOGITS);
  }

  private static NDArray labels(NDManager manager) {
    return manager.create(new long[] {2, 0, 3});
  }

  private static float expected(NDManager manager, NDArray logits, NDArray targets) {
    try (Loss loss = RULE.compile(manager)) {
      return loss.of(manager, logits, targets).getFloat();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT32", "INT64", "UINT8"})
  void takesLabelsOfAnyTypeAndInAColumn(DataType type) {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(RULE)) {
      NDArray logits = logits(manager, 1);
      float expected = expected(manager, logits, labels(manager));
      NDArray labels = labels(manager).toType(type, true);
      NDArray column = labels.reshape(3, 1);
      assertThat(loss.evaluate(new NDList(labels), new NDList(logits)).getFloat())
          .isEqualTo(expected);
      assertThat(loss.evaluate(new NDList(column), new NDList(logits)).getFloat())
          .isEqualTo(expected);
      assertThat(labels.toArray()).as("still open").hasSize(3);
    }
  }

  @Test
  void takesProbabilities() {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(RULE)) {
      NDArray logits = logits(manager, 1);
      NDArray mixed = logits(manager, 2).softmax(1);
      assertThat(loss.evaluate(new NDList(mixed), new NDList(logits)).getFloat())
          .isEqualTo(expected(manager, logits, mixed));
    }
  }

  @Test
  void addsTheAuxiliaryOutputWithItsWeight() {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(RULE, 0.25)) {
      NDArray main = logits(manager, 1);
      NDArray auxiliary = logits(manager, 2);
      main.setRequiresGradient(true);
      auxiliary.setRequiresGradient(true);
      NDArray labels = labels(manager);
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray value = loss.evaluate(new NDList(labels), new NDList(main, auxiliary));
        collector.backward(value);
        assertThat(value.getFloat())
            .isEqualTo(
                expected(manager, main, labels) + 0.25f * expected(manager, auxiliary, labels));
      }
      NDArray alone = logits(manager, 2);
      alone.setRequiresGradient(true);
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        collector.backward(loss.evaluate(new NDList(labels), new NDList(alone)));
      }
      assertThat(auxiliary.getGradient().toFloatArray())
          .isEqualTo(alone.getGradient().mul(0.25f).toFloatArray());
    }
  }

  @Test
  void aTeachersLogitsAreASecondArrayOfLabels() {
    Distillation distillation = Distillation.paper(RULE);
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(distillation);
        Distillation.Compiled compiled = distillation.compile(manager)) {
      NDArray logits = logits(manager, 1);
      NDArray teacher = logits(manager, 3);
      NDArray labels = labels(manager);
      float expected = compiled.of(manager, logits, labels, teacher).getFloat();
      assertThat(loss.evaluate(new NDList(labels, teacher), new NDList(logits)).getFloat())
          .isEqualTo(expected);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loss.evaluate(new NDList(labels), new NDList(logits)))
          .withMessageContaining("the second one the teacher's logits, not 1");
    }
  }

  @Test
  void leavesOnlyItsResultBehind() {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(RULE)) {
      NDList labels = new NDList(labels(manager).toType(DataType.FLOAT32, false));
      NDList logits = new NDList(logits(manager, 1), logits(manager, 2));
      loss.evaluate(labels, logits).close();
      int before = manager.getManagedArrays().size();
      NDArray value = loss.evaluate(labels, logits);
      assertThat(manager.getManagedArrays()).hasSize(before + 1).contains(value);
    }
  }

  /** The first batch's manager is closed before the second comes; closing is not the end. */
  @Test
  void worksForBatchAfterBatch() {
    DjlLoss loss = DjlLoss.of(RULE);
    for (int batch = 0; batch < 3; batch++) {
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray logits = logits(manager, batch);
        assertThat(loss.evaluate(new NDList(labels(manager)), new NDList(logits)).getFloat())
            .isEqualTo(expected(manager, logits, labels(manager)));
      }
      if (batch > 0) {
        loss.close();
      }
    }
    loss.close();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (NDManager manager = NDManager.newBaseManager();
        DjlLoss loss = DjlLoss.of(RULE)) {
      NDArray logits = logits(manager, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> loss.evaluate(new NDList(manager.zeros(new Shape(2))), new NDList(logits)))
          .withMessageContaining("must have shape (3), (3, 1)");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> loss.evaluate(new NDList(labels(manager)), new NDList(logits, logits, logits)))
          .withMessageContaining("not 3 arrays");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DjlLoss.of(RULE, -1))
          .withMessageContaining("auxiliaryWeight=-1.0");
    }
  }
}
