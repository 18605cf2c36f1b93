/** The files of {@code torch.jit.save}: modules with tensors, as a zip, written without PyTorch. */
package io.kitbag.precision.internal.archive;
