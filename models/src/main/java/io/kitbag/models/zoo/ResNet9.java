package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;

/**
 * A shallow, wide network for images of about 32 pixels, made for short trainings: the nine-layer
 * ResNet of David Page's "How to Train Your ResNet" (Myrtle.ai, 2018), with basic blocks as its
 * residuals and a global average before the classifier.
 *
 * <p>Every stage convolves at its input's size and then pools, so that the same number of
 * multiply-adds goes into each.
 *
 * @param width channels of the first convolution; the stages have 2, 4 and 8 times as many; 64 in
 *     the original
 * @param classes number of outputs; 10 by default
 * @param inputChannels 3 by default
 * @param zeroGamma starts the last γ of both residual blocks at 0; off by default
 */
public record ResNet9(int width, int classes, int inputChannels, boolean zeroGamma) {

  static final int DEFAULT_WIDTH = 64;

  public ResNet9 {
    if (width < 1 || classes < 1 || inputChannels < 1) {
      throw new IllegalArgumentException(
          "width=%d, classes=%d and inputChannels=%d must be positive"
              .formatted(width, classes, inputChannels));
    }
  }

  public static ResNet9 of(int width) {
    return new ResNet9(width, 10, 3, false);
  }

  public ResNet9 classes(int number) {
    return new ResNet9(width, number, inputChannels, zeroGamma);
  }

  public ResNet9 inputChannels(int number) {
    return new ResNet9(width, classes, number, zeroGamma);
  }

  public ResNet9 zeroGamma(boolean zero) {
    return new ResNet9(width, classes, inputChannels, zero);
  }

  /** Such as {@code resnet9} or {@code resnet9_w24}. */
  public String name() {
    return "resnet9" + (width == DEFAULT_WIDTH ? "" : "_w" + width);
  }

  /** Stem, three pooling stages of which the first and the last have a residual block, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), inputChannels);
    ResidualBlocks blocks = new ResidualBlocks(net, true, false, zeroGamma);

    Node x = net.add("conv1", Conv2d.of(inputChannels, width, 3, 1), net.input());
    x = net.add("bn1", BatchNorm.of(width), x);
    x = net.add("act1", new Relu(), x);
    x = stage(net, "layer1", x, width);
    x = blocks.basic("layer1.0", x, 2 * width, 2 * width, 1);
    x = stage(net, "layer2", x, 2 * width);
    x = stage(net, "layer3", x, 4 * width);
    x = blocks.basic("layer3.0", x, 8 * width, 8 * width, 1);
    x = net.add("global_pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(8 * width, classes, true), x);
    return net.build();
  }

  /** Doubles the channels and halves the map. */
  private static Node stage(Network.Builder net, String name, Node input, int channels) {
    Node x = net.add(name + ".conv", Conv2d.of(channels, 2 * channels, 3, 1), input);
    x = net.add(name + ".bn", BatchNorm.of(2 * channels), x);
    x = net.add(name + ".act", new Relu(), x);
    return net.add(name + ".pool", new MaxPool(2, 2, 0), x);
  }
}
