package io.kitbag.train.loop;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.CheckpointMetadata;
import java.nio.file.Path;
import java.util.List;

/** Whether a checkpoint is of the network and the classes at hand. */
public final class CheckpointFit {

  private CheckpointFit() {}

  /**
   * Checks model and classes.
   *
   * @throws KitbagException saying what differs
   */
  public static void require(
      Path file, CheckpointMetadata metadata, String model, List<String> classes) {
    if (!metadata.model().equals(model)) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s is of the model %s, not %s; set model.name=%s"
              .formatted(file, metadata.model(), model, metadata.model()));
    }
    if (metadata.classes().size() != classes.size()) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s knows %d classes but the data has %d; use the data it was trained on"
              .formatted(file, metadata.classes().size(), classes.size()));
    }
    if (!metadata.classes().equals(classes)) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s knows the classes %s but the data has %s; use the data it was trained on"
              .formatted(file, metadata.classes(), classes));
    }
  }
}
