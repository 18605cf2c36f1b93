package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.GroupNorm;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What can be chosen for the networks of the zoo.
 *
 * @param classes number of outputs
 * @param inputChannels 3 for RGB
 * @param stemWidth width of the first convolution in the network's own meaning (torchvision, timm:
 *     {@code stem_width}); its default if empty
 * @param zeroGamma starts the last γ of every residual branch at 0 (arXiv 1812.01187, section 3.1);
 *     networks without residual branches stay as they are
 * @param squeezeExcite weighs the channels at the end of every residual branch (Hu et al., arXiv
 *     1709.01507; GluonCV's {@code se_resnet*}, timm's {@code seresnet*})
 * @param blurPool filters before subsampling (Zhang, arXiv 1904.11486; timm's {@code resnetblur*},
 *     MosaicML's recipes)
 * @param dropPath probability with which the last residual branch is left out for an image;
 *     branches before it are left out more rarely, in linear steps from 0 (Huang et al., arXiv
 *     1603.09382; timm's {@code drop_path_rate}); 0 is off
 * @param dropout probability with which a value in front of the last linear layer is dropped
 *     (Srivastava et al., 2014; timm's {@code drop_rate}); the network's default if empty
 * @param groupNorm normalises groups of channels instead of batches (Wu and He, arXiv 1803.08494;
 *     timm's {@code resnet50_gn})
 * @param frozenBatchNorm uses the running statistics in training too, for fine-tuning with small
 *     batches (torchvision's {@code FrozenBatchNorm2d})
 * @param auxiliaryHead whether Inception-V3 has its second output, for training at 299 pixels
 *     (torchvision's {@code aux_logits}, on by default as there)
 */
public record ZooOptions(
    int classes,
    int inputChannels,
    OptionalInt stemWidth,
    boolean zeroGamma,
    boolean squeezeExcite,
    boolean blurPool,
    double dropPath,
    OptionalDouble dropout,
    boolean groupNorm,
    boolean frozenBatchNorm,
    boolean auxiliaryHead) {

  /** Options that only some families offer. */
  enum Part {
    SQUEEZE_EXCITE("squeezeExcite"),
    BLUR_POOL("blurPool"),
    DROP_PATH("dropPath");

    private final String option;

    Part(String option) {
      this.option = option;
    }

    @Override
    public String toString() {
      return option;
    }
  }

  public ZooOptions {
    if (classes < 1 || inputChannels < 1 || stemWidth.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "classes=%d, inputChannels=%d and stemWidth=%s must be positive"
              .formatted(classes, inputChannels, stemWidth));
    }
    if (!isRate(dropPath) || !isRate(dropout.orElse(0))) {
      throw new IllegalArgumentException(
          "dropPath=%s and dropout=%s must be at least 0 and below 1".formatted(dropPath, dropout));
    }
    if (groupNorm && frozenBatchNorm) {
      throw new IllegalArgumentException(
          "groupNorm leaves no batch norm that frozenBatchNorm could freeze; choose one of them");
    }
  }

  private static boolean isRate(double value) {
    return value >= 0 && value < 1;
  }

  /** RGB, γ = 1 and no option but the network's own. */
  public static ZooOptions classes(int classes) {
    return new ZooOptions(
        classes,
        3,
        OptionalInt.empty(),
        false,
        false,
        false,
        0,
        OptionalDouble.empty(),
        false,
        false,
        true);
  }

  public ZooOptions withClasses(int number) {
    return new ZooOptions(
        number,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withInputChannels(int channels) {
    return new ZooOptions(
        classes,
        channels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withStemWidth(int width) {
    return new ZooOptions(
        classes,
        inputChannels,
        OptionalInt.of(width),
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withZeroGamma(boolean zero) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zero,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withSqueezeExcite(boolean excite) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        excite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withBlurPool(boolean blur) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blur,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withDropPath(double rate) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        rate,
        dropout,
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withDropout(double rate) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        OptionalDouble.of(rate),
        groupNorm,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withGroupNorm(boolean groups) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groups,
        frozenBatchNorm,
        auxiliaryHead);
  }

  public ZooOptions withFrozenBatchNorm(boolean frozen) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozen,
        auxiliaryHead);
  }

  public ZooOptions withAuxiliaryHead(boolean present) {
    return new ZooOptions(
        classes,
        inputChannels,
        stemWidth,
        zeroGamma,
        squeezeExcite,
        blurPool,
        dropPath,
        dropout,
        groupNorm,
        frozenBatchNorm,
        present);
  }

  /** The chosen options that not every family offers. */
  Set<Part> parts() {
    Set<Part> chosen = EnumSet.noneOf(Part.class);
    if (squeezeExcite) {
      chosen.add(Part.SQUEEZE_EXCITE);
    }
    if (blurPool) {
      chosen.add(Part.BLUR_POOL);
    }
    if (dropPath > 0) {
      chosen.add(Part.DROP_PATH);
    }
    return chosen;
  }

  /** A network with the normalisation that was chosen instead of plain batch norm. */
  Network normalized(Network network) {
    if (groupNorm) {
      return network.mapOps(
          op ->
              op instanceof BatchNorm norm
                  ? GroupNorm.of(norm.channels()).withZeroGamma(norm.zeroGamma())
                  : op);
    }
    return frozenBatchNorm ? network.withFrozenBatchNorm() : network;
  }
}
