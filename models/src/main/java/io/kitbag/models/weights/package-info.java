/**
 * Weights outside of any engine: tensors in JVM memory, files, digests.
 *
 * <p>{@link io.kitbag.models.weights.Safetensors} reads and writes the one format that Kitbag
 * writes; {@link io.kitbag.models.weights.WeightsFile} reads also what {@code torch.save} wrote.
 * Loading a file never runs code. All types are thread-safe once made.
 */
package io.kitbag.models.weights;
