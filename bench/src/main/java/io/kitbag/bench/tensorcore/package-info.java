/**
 * What reduced precision and its matrix units give on this machine, and why not more.
 *
 * <p>Start with {@link io.kitbag.bench.tensorcore.Verdict}.
 */
package io.kitbag.bench.tensorcore;
