package io.kitbag.train.checkpoint;

import io.kitbag.models.Network;
import io.kitbag.models.Pretrained;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.WeightsException;
import io.kitbag.models.weights.WeightsFile;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Weights to start from, out of whatever the user names. */
public final class StartingWeights {

  private StartingWeights() {}

  /**
   * The tensors under the names of the file.
   *
   * @param source safetensors, a state dict of {@code torch.save}, a checkpoint, or a run directory
   *     for its newest whole checkpoint
   * @throws KitbagException if it cannot be read
   */
  public static Map<String, HostTensor> read(Path source) {
    if (Files.isDirectory(source)) {
      return CheckpointStore.find(source).checkpoint().weightsToUse();
    }
    try {
      Map<String, HostTensor> tensors = WeightsFile.read(source);
      return CheckpointFile.hasState(tensors)
          ? CheckpointFile.read(source).weightsToUse()
          : tensors;
    } catch (WeightsException e) {
      throw new KitbagException(ExitCode.DATA, e.getMessage(), e);
    }
  }

  /**
   * The weights of a file for a network.
   *
   * @param allowHead whether the head may be left out
   * @throws KitbagException listing every tensor that does not fit
   */
  public static Pretrained read(Path source, Network network, boolean allowHead) {
    Map<String, HostTensor> tensors = read(source);
    try {
      return allowHead
          ? Pretrained.allowingHead(network, tensors)
          : Pretrained.strict(network, tensors);
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.DATA, source + ": " + e.getMessage(), e);
    }
  }
}
