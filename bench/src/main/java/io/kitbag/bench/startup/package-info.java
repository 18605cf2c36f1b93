/**
 * How long it takes from the start of a process to its first training step or prediction.
 *
 * <p>Start with {@link io.kitbag.bench.startup.StartupBench}.
 */
package io.kitbag.bench.startup;
