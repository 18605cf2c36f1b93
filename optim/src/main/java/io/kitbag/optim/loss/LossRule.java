package io.kitbag.optim.loss;

import ai.djl.ndarray.NDManager;
import io.kitbag.optim.internal.ScriptedLoss;

/**
 * What is minimised: a loss as a value, written in TorchScript's serialised dialect (see {@link
 * io.kitbag.precision.script.ScriptModule}). A new loss is one record.
 */
public interface LossRule {

  /**
   * Statements that compute {@code loss}, a scalar, from {@code logits} (float32, N × K) and {@code
   * labels} (INT64, N).
   */
  String hard();

  /** The same from {@code logits} and {@code targets} (float32 probabilities, N × K). */
  String soft();

  /**
   * The loss, ready to be called.
   *
   * @param manager of the engine it shall run on
   */
  default Loss compile(NDManager manager) {
    return new ScriptedLoss(manager, this);
  }
}
