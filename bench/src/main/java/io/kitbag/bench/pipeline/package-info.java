/**
 * How many images a second each way of loading them makes: Kitbag's pipeline, what the JDK brings
 * along, and Python's loaders.
 *
 * <p>Start with {@link io.kitbag.bench.pipeline.PipelineBench}; on the command line it is {@code
 * kitbag bench pipeline}.
 */
package io.kitbag.bench.pipeline;
