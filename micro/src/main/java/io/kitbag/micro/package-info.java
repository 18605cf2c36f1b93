/**
 * Micro-benchmarks of what is hot in Java, run by JMH: {@code kitbag bench micro}.
 *
 * <p>They run from the class path, where internal packages can be reached. Each class is one
 * subject, each method one figure; a figure is microseconds, and bytes of heap, of one call.
 */
package io.kitbag.micro;
