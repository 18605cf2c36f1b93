package io.kitbag.train.checkpoint;

import io.kitbag.models.Network;
import io.kitbag.models.Pretrained;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.WeightsException;
import io.kitbag.models.weights.WeightsFile;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** Weights to start from, out of whatever the user names. */
public final class StartingWeights {

  private static final int IMAGENET_CLASSES = 1000;

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
   * The network of the zoo that tensors are for: with an auxiliary head only if they have one.
   *
   * @param model its name
   * @param classes its outputs; as many as the last layer of the tensors has, or 1000, if empty
   * @throws IllegalArgumentException if there is no such network
   */
  public static Network network(
      String model, Map<String, HostTensor> tensors, OptionalInt classes) {
    ZooOptions options = ZooOptions.classes(classes.orElse(IMAGENET_CLASSES));
    Network usual = Zoo.network(model, options);
    int outputs =
        classes.isPresent()
            ? classes.getAsInt()
            : Pretrained.classes(usual, tensors).orElse(IMAGENET_CLASSES);
    boolean auxiliary = usual.auxiliary().isEmpty() || Pretrained.hasAuxiliary(usual, tensors);
    return Zoo.network(model, options.withClasses(outputs).withAuxiliaryHead(auxiliary));
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
