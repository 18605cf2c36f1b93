package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 * @param options 10 classes by default; the stem's width is the width
 */
public record ResNet9(int width, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final int DEFAULT_WIDTH = 64;
  private static final int RESIDUALS = 2;

  public ResNet9 {
    if (width < 1) {
      throw new IllegalArgumentException("width=%d must be positive".formatted(width));
    }
  }

  public static ResNet9 of(int width) {
    return new ResNet9(width, ZooOptions.classes(10));
  }

  public ResNet9 classes(int number) {
    return options(options.withClasses(number));
  }

  public ResNet9 inputChannels(int number) {
    return options(options.withInputChannels(number));
  }

  public ResNet9 zeroGamma(boolean zero) {
    return options(options.withZeroGamma(zero));
  }

  public ResNet9 options(ZooOptions chosen) {
    return new ResNet9(width, chosen);
  }

  /** Such as {@code resnet9} or {@code resnet9_w24}. */
  public String name() {
    return "resnet9" + (width == DEFAULT_WIDTH ? "" : "_w" + width);
  }

  /** Stem, three pooling stages of which the first and the last have a residual block, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    ResidualBlocks blocks =
        new ResidualBlocks(layers, ResidualBlocks.Shape.plain(false), RESIDUALS);
    int stem = options.stemWidth().orElse(width);

    Node x = net.add("conv1", Conv2d.of(options.inputChannels(), stem, 3, 1), net.input());
    x = net.add("bn1", BatchNorm.of(stem), x);
    x = net.add("act1", new Relu(), x);
    x = stage(layers, "layer1", x, stem, 2 * width);
    x = blocks.basic("layer1.0", x, 2 * width, 2 * width, 1);
    x = stage(layers, "layer2", x, 2 * width, 4 * width);
    x = stage(layers, "layer3", x, 4 * width, 8 * width);
    x = blocks.basic("layer3.0", x, 8 * width, 8 * width, 1);
    layers.head("fc", x, 8 * width, 0);
    return layers.build();
  }

  /** A convolution to more channels, then pooling to half the size. */
  private static Node stage(Layers layers, String name, Node input, int in, int out) {
    Network.Builder net = layers.net();
    Node x = net.add(name + ".conv", Conv2d.of(in, out, 3, 1), input);
    x = net.add(name + ".bn", BatchNorm.of(out), x);
    x = net.add(name + ".act", new Relu(), x);
    return net.add(name + ".pool", new MaxPool(2, 2, 0), x);
  }

  private static final class Names implements Family {

    private static final Pattern NAME = Pattern.compile("resnet9(?:_w(\\d{1,3}))?");

    @Override
    public List<String> names() {
      return List.of(of(DEFAULT_WIDTH).name());
    }

    @Override
    public int imageSize() {
      return 32;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.of(ZooOptions.Part.SQUEEZE_EXCITE, ZooOptions.Part.DROP_PATH);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      if (!m.matches()) {
        return Optional.empty();
      }
      int width = m.group(1) == null ? DEFAULT_WIDTH : Integer.parseInt(m.group(1));
      return Optional.of(of(width).options(options).network());
    }
  }
}
