package io.kitbag.optim.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Which of a loss's two methods its targets need. */
public final class Targets {

  private Targets() {}

  /**
   * {@code hard} for labels, {@code soft} for probabilities.
   *
   * @param logits their shape, N × K
   * @throws IllegalArgumentException if the targets are neither
   */
  public static String method(Shape logits, NDArray targets) {
    Shape shape = targets.getShape();
    DataType type = targets.getDataType();
    if (type == DataType.INT64 && shape.equals(new Shape(logits.get(0)))) {
      return "hard";
    }
    if (type == DataType.FLOAT32 && shape.equals(logits)) {
      return "soft";
    }
    throw new IllegalArgumentException(
        "targets for logits %s must be int64 labels (%d) or float32 probabilities %s, not %s %s"
            .formatted(logits, logits.get(0), logits, type, shape));
  }
}
