/**
 * What one optimizer step costs: Kitbag's, DJL's and PyTorch's, over all parameters of a network.
 *
 * <p>Start with {@link io.kitbag.bench.optim.OptimBench}.
 */
package io.kitbag.bench.optim;
