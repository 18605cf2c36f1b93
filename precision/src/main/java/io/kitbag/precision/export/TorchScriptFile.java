package io.kitbag.precision.export;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.internal.archive.ModuleArchive;
import io.kitbag.precision.internal.archive.ModuleTree;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.internal.graph.NumberFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes a network as a TorchScript archive, without PyTorch. Its {@code forward} takes a batch of
 * images and returns fp32 logits, with running statistics; its state dict has the names of {@link
 * Network#tensors()} that inference needs, and {@code normalization.mean} and {@code
 * normalization.std}.
 *
 * <p>PyTorch 1.6 and later load it, on any device. On a CPU fp16 needs PyTorch 2.1 or later. Notes
 * are extra files of the archive.
 */
public final class TorchScriptFile {

  private static final String NORMALIZATION = "normalization";

  private TorchScriptFile() {}

  /**
   * Writes the archive. The stream is neither flushed nor closed.
   *
   * @param values fp32 tensors under the names of {@link Network#tensors()}
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen, or
   *     if the normalisation is for another number of channels
   */
  public static void write(
      OutputStream out, Network network, Map<String, HostTensor> values, ExportSettings settings)
      throws IOException {
    Fold inference = Fold.none(network, values);
    Normalization normalization = settings.applied();
    if (normalization.mean().size() != network.inputChannels()) {
      throw new IllegalArgumentException(
          "%s takes %d channels but mean and std have %d values"
              .formatted(network.name(), network.inputChannels(), normalization.mean().size()));
    }
    ModuleTree module = new ModuleTree("M");
    module.put(NORMALIZATION + ".mean", perChannel(normalization.mean()), false);
    module.put(NORMALIZATION + ".std", perChannel(normalization.std()), false);
    StringJoiner parameters = new StringJoiner(", ", "[", "]");
    StringJoiner buffers = new StringJoiner(", ", "[", "]");
    buffers.add(ModuleTree.access(NORMALIZATION + ".mean"));
    buffers.add(ModuleTree.access(NORMALIZATION + ".std"));
    for (TensorSpec tensor : inference.network().tensors()) {
      boolean trained = tensor.role().trainable();
      module.put(tensor.name(), stored(tensor, values, settings.compute()), trained);
      (trained ? parameters : buffers).add(ModuleTree.access(tensor.name()));
    }
    Formats formats = Formats.all(NumberFormat.of(settings.compute()));
    String methods =
        GraphScript.predictMethod("logits", inference.network(), formats, Layout.NCHW)
            + GraphScript.HELPERS
            + "def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
            + batchCheck(network, settings)
            + "  p = annotate(List[Tensor], %s)\n".formatted(parameters)
            + "  b = annotate(List[Tensor], %s)\n".formatted(buffers)
            + "  return (self).logits(x, p, b)\n";
    ModuleArchive.write(out, network.name(), module, methods, settings.notes());
  }

  private static HostTensor stored(
      TensorSpec tensor, Map<String, HostTensor> values, ComputeType compute) {
    HostTensor value = values.get(tensor.name());
    boolean reduced = tensor.role().isWeightMatrix() || tensor.role() == Role.BIAS;
    if (!reduced || !compute.isReduced()) {
      return value;
    }
    return value.to(compute == ComputeType.FP16 ? DataType.FLOAT16 : DataType.BFLOAT16);
  }

  private static String batchCheck(Network network, ExportSettings settings) {
    if (settings.batch().isEmpty()) {
      return "";
    }
    int batch = settings.batch().getAsInt();
    return """
          if torch.ne(torch.size(x, 0), %s):
            ops.prim.RaiseException("%s was exported for batches of %s images", "builtins.RuntimeError")
          else:
            pass
        """
        .formatted(batch, network.name().replaceAll("[^A-Za-z0-9._-]", "_"), batch);
  }

  private static HostTensor perChannel(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return HostTensor.of(floats, 1, floats.length, 1, 1);
  }
}
