/**
 * What one training step costs: time, images per second and peak memory, for each model, precision,
 * layout, batch size and execution.
 *
 * <p>{@link io.kitbag.bench.step.Sweep} lists configurations, {@link
 * io.kitbag.bench.step.StepBench} measures each in JVMs of its own and makes a {@link
 * io.kitbag.bench.step.StepRow} of it. Times are in milliseconds, memory in MiB; images are uint8,
 * N × 3 × H × W.
 */
package io.kitbag.bench.step;
