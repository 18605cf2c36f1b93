package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * Updates parameters from gradients and keeps what it needs to remember between steps.
 *
 * <p>Made by {@link UpdateRule#optimizer}. The parameters (float32 master weights) stay the
 * caller's: they are updated in place, and closed by the caller. The state is the optimizer's and
 * is freed by {@link #close}. One thread at a time.
 */
public interface Optimizer extends AutoCloseable {

  /**
   * Updates all parameters, in one native call and without waiting for the device.
   *
   * <p>A step that is skipped is a step that is not called: nothing here advances by itself.
   *
   * @param gradients float32, one for each parameter and in the same order, already unscaled and
   *     clipped; those of frozen parameters are not looked at. <strong>Their contents are
   *     overwritten</strong>: they serve as working memory, so no temporary is allocated. So they
   *     share no memory with each other. Not closed.
   * @param learningRate of this step, ≥ 0; each group multiplies it by its factor
   * @throws IllegalArgumentException if the number of gradients is wrong or the rate is negative or
   *     not finite; nothing has been updated then
   */
  void step(List<? extends NDArray> gradients, double learningRate);

  /** Number of steps taken, those before a {@link #load} included. */
  long steps();

  /**
   * The state by name: {@code <parameter>.<slot>} such as {@code fc.weight.momentum_buffer}, and a
   * scalar {@code step}, all float32.
   *
   * <p>The arrays are the live state, not copies: read them before the next step, do not write or
   * close them.
   */
  Map<String, NDArray> state();

  /**
   * Replaces the state by one that {@link #state} gave, so that the next step is, bit for bit, the
   * one that would have followed. Parameters are not part of it.
   *
   * @param state arrays on any device; copied, they stay the caller's
   * @throws IllegalArgumentException naming what is missing, unknown, or of another shape or type;
   *     nothing has been changed then
   */
  void load(Map<String, ? extends NDArray> state);

  /** Frees the state; the parameters are left alone. */
  @Override
  void close();
}
