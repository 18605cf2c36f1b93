package io.kitbag.precision.export;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Normalization;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How a network is exported. Its results are fp32 logits in any case.
 *
 * @param compute the type of convolutions and linear layers and of their weights in the file;
 *     normalisation keeps fp32 parameters
 * @param input what it takes
 * @param normalization applied inside, unless the input is normalised already
 * @param batch the only number of images it takes; any if empty
 * @param notes text to keep in the file, such as the names of the classes; keys are letters,
 *     digits, dots, hyphens and underscores
 */
public record ExportSettings(
    ComputeType compute,
    ImageInput input,
    Normalization normalization,
    OptionalInt batch,
    Map<String, String> notes) {

  public ExportSettings {
    notes = Collections.unmodifiableMap(new TreeMap<>(notes));
    if (batch.isPresent() && batch.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "a batch of %d images must have at least one".formatted(batch.getAsInt()));
    }
    for (String key : notes.keySet()) {
      if (!key.matches("[A-Za-z0-9._-]+")) {
        throw new IllegalArgumentException(
            "the note \"%s\" must be named by letters, digits, '.', '-' and '_'".formatted(key));
      }
    }
  }

  /** uint8 pixels in batches of any size, computed in fp32. */
  public static ExportSettings of(Normalization normalization) {
    return new ExportSettings(
        ComputeType.FP32, ImageInput.UINT8, normalization, OptionalInt.empty(), Map.of());
  }

  public ExportSettings withCompute(ComputeType type) {
    return new ExportSettings(type, input, normalization, batch, notes);
  }

  public ExportSettings withInput(ImageInput kind) {
    return new ExportSettings(compute, kind, normalization, batch, notes);
  }

  public ExportSettings withBatch(int images) {
    return new ExportSettings(compute, input, normalization, OptionalInt.of(images), notes);
  }

  public ExportSettings withNotes(Map<String, String> texts) {
    return new ExportSettings(compute, input, normalization, batch, texts);
  }

  /** The normalisation that the network itself applies. */
  public Normalization applied() {
    return input == ImageInput.NORMALIZED
        ? Normalization.none(normalization.mean().size())
        : normalization;
  }
}
