/**
 * Micro-benchmarks: a Java virtual machine that runs JMH, and its results as rows.
 *
 * <p>Start with {@link io.kitbag.bench.micro.MicroRun}. The benchmarks are in Kitbag's module
 * {@code micro}, of which this one only knows the folder: JMH is under the GPL, and none of
 * Kitbag's libraries needs it.
 */
package io.kitbag.bench.micro;
