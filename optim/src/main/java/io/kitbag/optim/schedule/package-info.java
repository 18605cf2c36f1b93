/**
 * Learning rates as pure functions of the optimizer step.
 *
 * <p>Start with {@link io.kitbag.optim.schedule.Peak}: {@code Schedule.linearScaled(0.1,
 * batch).warmUp(epochs.steps(5)).cosine(epochs.steps(120))}. Steps are counted from 0, the first
 * update of a run; {@link io.kitbag.optim.schedule.Epochs} turns epochs into steps. Everything here
 * is an immutable value: where a run stands is its step, so there is nothing to save.
 */
package io.kitbag.optim.schedule;
