/**
 * Trained networks as files for other programs. {@link io.kitbag.train.export.OnnxFile} writes
 * ONNX; TorchScript is {@link io.kitbag.precision.export.TorchScriptFile}.
 */
package io.kitbag.train.export;
