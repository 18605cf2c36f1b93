/**
 * Weights outside of any engine: tensors in JVM memory, the safetensors file format, digests.
 *
 * <p>{@link io.kitbag.models.weights.Safetensors} reads and writes files; loading one never runs
 * code. All types are thread-safe once made.
 */
package io.kitbag.models.weights;
