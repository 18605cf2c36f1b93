/**
 * What a training step could cost on a GPU that is not at hand, from the network's shapes and the
 * GPU's data sheet.
 *
 * <p>Start with {@link io.kitbag.bench.predict.Prediction}.
 */
package io.kitbag.bench.predict;
