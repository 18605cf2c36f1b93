package io.kitbag.train.recipe;

import io.kitbag.models.zoo.ZooOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What learns: a network by name, and its first weights.
 *
 * @param name of the zoo or of a network the application has bound, such as {@code resnet50_v1d}
 * @param zeroGamma whether the last batch normalisation of each residual block starts at 0, so that
 *     the block starts as the identity (paper, section 3.1)
 * @param init the distribution of the first weights
 * @param whitenImages training images from whose patches the first convolution gets filters that
 *     whiten its input ({@link io.kitbag.models.init.PatchWhitening}); it needs 2 · channels ·
 *     kernel² outputs then. 0 is off; airbench takes 5000 and freezes the layer
 * @param weights a file to start from instead of {@code init}: safetensors, a state dict of {@code
 *     torch.save}, a checkpoint or a run directory; empty starts anew
 * @param allowHead whether the head may be of other classes than that file's, and then starts as
 *     {@code init} says, as in fine-tuning
 * @param options what else the network shall have
 * @param frozenStatistics names of batch norms (globs as in {@code optimizer.groups}, such as
 *     {@code "layer1.*"}) that keep their running statistics and use them in training too, as
 *     torchvision's {@code FrozenBatchNorm2d}
 */
public record ModelRecipe(
    String name,
    boolean zeroGamma,
    Init init,
    int whitenImages,
    Optional<Path> weights,
    boolean allowHead,
    NetworkOptions options,
    List<String> frozenStatistics) {

  /** The distribution of the first convolution and linear weights. */
  public enum Init {
    /** Uniform in plus or minus sqrt(6 / (fan in + fan out)): the paper, section 2.1. */
    XAVIER_UNIFORM,
    /** Normal with variance 2 / fan out: torchvision's and GluonCV's ResNet. */
    KAIMING_NORMAL,
    /** MXNet's {@code MSRAPrelu}, as in GluonCV's training script. */
    MSRA_PRELU,
    /** Convolutions start as the identity where they can: airbench. */
    DIRAC
  }

  /** What a network of the zoo is built with. */
  public ZooOptions zooOptions(int classes) {
    return options.zooOptions(classes).withZeroGamma(zeroGamma);
  }

  /** Checks that there is a name. */
  public ModelRecipe {
    frozenStatistics = List.copyOf(frozenStatistics);
    new Check()
        .that(!name.isBlank(), "name", '"' + name + '"', "is not a network")
        .atLeast(0, "whitenImages", whitenImages)
        .that(
            whitenImages == 0 || weights.isEmpty(),
            "whitenImages",
            whitenImages,
            "would replace the first convolution of model.weights; set one of the two")
        .done();
  }
}
