package io.kitbag.train.recipe;

import java.util.List;

/**
 * What is done to a training image between its file and the batch, in this order.
 *
 * @param imageSize height and width of what the network sees, in pixels, at least 8
 * @param crop which part of the image becomes {@code imageSize} squared
 * @param flip probability of a horizontal flip
 * @param alternatingFlip show an image one way in even epochs and mirrored in odd ones, which first
 *     is random (airbench, arXiv 2404.00498); {@code flip} then has no effect
 * @param verticalFlip probability of turning the image upside down
 * @param auto a policy of random operations
 * @param jitter changes of colour
 * @param lighting standard deviation of the PCA noise's coefficients (AlexNet; the paper, section
 *     2.1: 0.1); 0 is off
 * @param grayscale probability of taking the colour away; torchvision: 0.1, SimCLR: 0.2
 * @param blur Gaussian blur
 * @param cutout side of a blanked square in pixels (arXiv 1708.04552: 16 on CIFAR-10); 0 is off
 * @param erasing blanked rectangles
 * @param mix mixing the images of a batch
 * @param repeats how often an image comes in an epoch, in a row and differently augmented, of
 *     correspondingly fewer images (arXiv 1901.09335); torchvision's new recipe: 4
 * @param progressive smaller images in the first epochs
 * @param decode how JPEGs become the first crop; evaluation is always exact
 */
public record AugmentRecipe(
    int imageSize,
    Crop crop,
    double flip,
    boolean alternatingFlip,
    double verticalFlip,
    AutoRecipe auto,
    Jitter jitter,
    double lighting,
    double grayscale,
    BlurRecipe blur,
    int cutout,
    ErasingRecipe erasing,
    MixRecipe mix,
    int repeats,
    Progressive progressive,
    Decode decode) {

  /** The two ways, which draw the same crops, flips and colours. */
  public enum Decode {
    /**
     * Only the crop is decoded, and resized, mirrored and coloured from luma and chroma in one go:
     * about twice the images a second, pixels that differ by a level or two.
     */
    FAST,
    /** Pillow's pixels, step by step. */
    EXACT
  }

  /**
   * Smaller images at the beginning: earlier epochs cost less and later ones still see everything
   * (progressive resizing, as in FFCV's and MosaicML's ImageNet recipes).
   *
   * @param imageSize to which an augmented image is shrunk in the first epochs, at least 8
   * @param share of the epochs for which that lasts, rounded down, from 0 (off) to below 1
   */
  public record Progressive(int imageSize, double share) {

    /** Checks the ranges. */
    public Progressive {
      new Check()
          .atLeast(8, "imageSize", imageSize)
          .that(share >= 0 && share < 1, "share", share, "must be at least 0 and below 1")
          .done();
    }

    /** How many epochs of a run come first. */
    public int epochs(int allEpochs) {
      return (int) (share * allEpochs);
    }
  }

  /** Checks the ranges. */
  public AugmentRecipe {
    new Check()
        .atLeast(8, "imageSize", imageSize)
        .within(0, 1, "flip", flip)
        .within(0, 1, "verticalFlip", verticalFlip)
        .within(0, 1, "grayscale", grayscale)
        .atLeast(0, "cutout", cutout)
        .atLeast(1, "repeats", repeats)
        .within(0, 1, "lighting", lighting)
        .done();
  }

  /**
   * Which part of an image is taken.
   *
   * @param kind the way of cutting
   * @param area smallest and largest share of the image's area, for the random-resized kinds
   * @param ratio smallest and largest width / height, for the random-resized kinds
   * @param padding pixels added on each side, for pad-crop
   * @param padMode what these pixels are
   */
  public record Crop(
      Kind kind, List<Double> area, List<Double> ratio, int padding, PadMode padMode) {

    /** The ways of cutting. */
    public enum Kind {
      /** Inception's crop with a log-uniform ratio, as torchvision draws it. */
      RANDOM_RESIZED,
      /** Inception's crop with a uniform ratio, as the paper and GluonCV draw it. */
      RANDOM_RESIZED_UNIFORM,
      /** Pad, then cut {@code imageSize} squared at random: the CIFAR way (ResNet, section 4.2). */
      PAD_CROP,
      /** The evaluation's resize and centre crop, for training without random crops. */
      CENTER,
      /** The image as it is; it must have the right size. */
      NONE
    }

    /** What padding is made of. */
    public enum PadMode {
      /** Black. */
      ZERO,
      /** The image mirrored at its edge. */
      REFLECT
    }

    /** Checks the ranges. */
    public Crop {
      area = List.copyOf(area);
      ratio = List.copyOf(ratio);
      new Check()
          .that(
              Check.ascending(area) && area.get(0) > 0 && area.get(1) <= 1,
              "area",
              area,
              "must be [smallest, largest] with 0 < smallest <= largest <= 1")
          .that(
              Check.ascending(ratio) && ratio.get(0) > 0,
              "ratio",
              ratio,
              "must be [smallest, largest] with 0 < smallest <= largest")
          .atLeast(0, "padding", padding)
          .done();
    }
  }

  /**
   * Random changes of colour, in random order: a factor uniform in 1 - s to 1 + s each.
   *
   * <p>The paper (section 2.1) names hue, saturation and brightness; its code, GluonCV, takes
   * brightness, contrast and saturation and leaves the hue alone.
   *
   * @param brightness s of the brightness, 0 to 1; 0 is off
   * @param contrast s of the contrast, 0 to 1; 0 is off
   * @param saturation s of the saturation, 0 to 1; 0 is off
   * @param hueScale s of the hue as the paper words it, 0 to 1; 0 is off
   * @param hueShift the largest turn of the hue as in torchvision, as a share of the colour circle,
   *     0 to 0.5; 0 is off
   */
  public record Jitter(
      double brightness, double contrast, double saturation, double hueScale, double hueShift) {

    /** Checks the ranges. */
    public Jitter {
      new Check()
          .within(0, 1, "brightness", brightness)
          .within(0, 1, "contrast", contrast)
          .within(0, 1, "saturation", saturation)
          .within(0, 1, "hueScale", hueScale)
          .within(0, 0.5, "hueShift", hueShift)
          .done();
    }

    /** Whether nothing is changed. */
    public boolean off() {
      return brightness == 0 && contrast == 0 && saturation == 0 && hueScale == 0 && hueShift == 0;
    }
  }
}
