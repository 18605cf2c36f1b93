package io.kitbag.train.recipe;

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
 */
public record ModelRecipe(String name, boolean zeroGamma, Init init, int whitenImages) {

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

  /** Checks that there is a name. */
  public ModelRecipe {
    new Check()
        .that(!name.isBlank(), "name", '"' + name + '"', "is not a network")
        .atLeast(0, "whitenImages", whitenImages)
        .done();
  }
}
