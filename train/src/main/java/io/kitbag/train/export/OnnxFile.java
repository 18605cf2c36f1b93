package io.kitbag.train.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.export.ExportSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * Writes a network as ONNX of operator set {@link #OPSET}: input {@link #INPUT}, N × C × H × W of
 * the height and width it is exported for, output {@link #OUTPUT}, fp32, N × K. N is free unless
 * the settings fix it. Initialisers have the names of {@link Network#tensors()}, and the notes are
 * the model's metadata.
 */
public final class OnnxFile {

  public static final int OPSET = 17;
  public static final String INPUT = "images";
  public static final String OUTPUT = "logits";

  /** The version of the file format that came with that operator set (ONNX 1.12). */
  private static final int IR_VERSION = 8;

  private OnnxFile() {}

  /**
   * Writes the model. The stream is neither flushed nor closed.
   *
   * @param values fp32 tensors under the names of {@link Network#tensors()}
   * @param image the size of one image
   * @throws IllegalArgumentException listing every tensor that does not fit, if the network does
   *     not take such images, or for a compute type other than fp32
   */
  public static void write(
      OutputStream out,
      Network network,
      Map<String, HostTensor> values,
      FeatureMap image,
      ExportSettings settings)
      throws IOException {
    if (settings.compute().isReduced()) {
      throw new IllegalArgumentException(
          "ONNX files are written in fp32, not in %s; convert the file, or let the runtime choose"
              .formatted(settings.compute()));
    }
    Fold inference = Fold.none(network, values);
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("kitbag")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(
                new OnnxGraph(inference.network(), inference.values(), settings).build(image));
    settings
        .notes()
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    model.build().writeTo(out);
  }
}
