package io.kitbag.optim.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.optim.loss.Loss;
import io.kitbag.optim.loss.LossRule;
import io.kitbag.precision.script.ScriptModule;

/** A {@link LossRule} compiled, with its arguments checked. */
public final class ScriptedLoss implements Loss {

  private static final String METHODS =
      """
      def hard(self: __torch__.M, logits: Tensor, labels: Tensor) -> Tensor:
      %s  return loss
      def soft(self: __torch__.M, logits: Tensor, targets: Tensor) -> Tensor:
      %s  return loss
      """;

  private final LossRule rule;
  private final ScriptModule script;

  public ScriptedLoss(NDManager manager, LossRule rule) {
    this.rule = rule;
    script =
        ScriptModule.compile(
            manager, METHODS.formatted(rule.hard().indent(2), rule.soft().indent(2)));
  }

  @Override
  public NDArray of(NDManager results, NDArray logitsNK, NDArray targets) {
    Shape shape = logitsNK.getShape();
    if (logitsNK.getDataType() != DataType.FLOAT32
        || shape.dimension() != 2
        || shape.get(0) < 1
        || shape.get(1) < 2) {
      throw new IllegalArgumentException(
          "logits must be float32 of shape (N, K) with at least one image and two classes, not %s %s"
              .formatted(logitsNK.getDataType(), shape));
    }
    return script
        .record(results, Targets.method(shape, targets), logitsNK, targets)
        .singletonOrThrow();
  }

  @Override
  public void close() {
    script.close();
  }

  @Override
  public String toString() {
    return rule.toString();
  }
}
