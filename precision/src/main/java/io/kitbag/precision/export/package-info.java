/**
 * Trained networks for other programs: {@link io.kitbag.precision.export.TorchScriptFile} writes an
 * archive that {@code torch.jit.load} and DJL load, with the normalisation of the images inside.
 */
package io.kitbag.precision.export;
