package io.kitbag.train.export;

import io.kitbag.models.Network;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Normalization;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.checkpoint.StartingWeights;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A network with its weights, and what a user of it must know.
 *
 * @param values the weights that evaluation takes
 * @param classes their names in the order of the outputs; empty if they are not known
 * @param normalization the one it was trained with
 * @param imageSize side of its images, if known
 */
public record ExportSource(
    Network network,
    Map<String, HostTensor> values,
    List<String> classes,
    Normalization normalization,
    OptionalInt imageSize) {

  /**
   * A checkpoint, or a run directory for its newest whole one: averaged weights if it uses those.
   */
  public static ExportSource ofCheckpoint(Path checkpointOrRun) {
    CheckpointStore.Loaded loaded = CheckpointStore.find(checkpointOrRun);
    Recipe recipe = TrainedModel.recipe(loaded);
    var normalization = recipe.data().normalization();
    return new ExportSource(
        TrainedModel.network(loaded),
        loaded.checkpoint().weightsToUse(),
        loaded.checkpoint().metadata().classes(),
        new Normalization(normalization.mean(), normalization.std()),
        OptionalInt.of(recipe.augment().imageSize()));
  }

  /**
   * A file with weights of a network of the zoo, for ImageNet's normalisation.
   *
   * @throws IllegalArgumentException if there is no such network
   */
  public static ExportSource ofWeights(Path file, String model) {
    Network network =
        StartingWeights.network(model, StartingWeights.read(file), OptionalInt.empty());
    return new ExportSource(
        network,
        StartingWeights.read(file, network, false).values(),
        List.of(),
        Normalization.imageNet(),
        OptionalInt.empty());
  }

  /** For the file: name of the network, classes one per line, mean and standard deviation. */
  public Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("network.txt", network.name());
    notes.put("mean.txt", normalization.mean().toString());
    notes.put("std.txt", normalization.std().toString());
    if (!classes.isEmpty()) {
      notes.put("classes.txt", String.join("\n", classes) + "\n");
    }
    return notes;
  }
}
