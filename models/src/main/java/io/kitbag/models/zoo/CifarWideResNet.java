package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.Relu;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wide ResNets for images of about 32 pixels: Zagoruyko and Komodakis, arXiv 1605.07146, table 1,
 * with the normalisation and the ReLU in front of each convolution (He et al., arXiv 1603.05027).
 * GluonCV calls them {@code cifar_wideresnet}.
 *
 * @param depth 6n + 4: 10, 16, 22, 28, 40 …
 * @param widen factor on the widths 16, 32, 64 of the stages
 * @param options 10 classes by default; the stem has 16 channels by default; dropout stands between
 *     the convolutions of a block (section 2.4) and not before the last layer
 */
public record CifarWideResNet(int depth, int widen, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final int BASE_WIDTH = 16;

  public CifarWideResNet {
    if (depth < 10 || depth % 6 != 4) {
      throw new IllegalArgumentException(
          "there is no CIFAR Wide ResNet of depth %d; it must be 6n+4: 10, 16, 22, 28, 34, 40 …"
              .formatted(depth));
    }
    if (widen < 1) {
      throw new IllegalArgumentException("widen=%d must be positive".formatted(widen));
    }
  }

  public static CifarWideResNet of(int depth, int widen) {
    return new CifarWideResNet(depth, widen, ZooOptions.classes(10));
  }

  public CifarWideResNet options(ZooOptions chosen) {
    return new CifarWideResNet(depth, widen, chosen);
  }

  /** Such as {@code cifar_wideresnet28_10}. */
  public String name() {
    return "cifar_wideresnet" + depth + "_" + widen;
  }

  /** Stem, three stages of blocks, normalisation, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int blocksPerStage = (depth - 4) / 6;
    int channels = options.stemWidth().orElse(BASE_WIDTH);
    Node x = net.add("conv1", Conv2d.of(options.inputChannels(), channels, 3, 1), net.input());
    for (int stage = 1; stage <= 3; stage++) {
      int out = (BASE_WIDTH * widen) << (stage - 1);
      for (int block = 0; block < blocksPerStage; block++) {
        int stride = block == 0 && stage > 1 ? 2 : 1;
        String name = "layer" + stage + "." + block;
        int index = (stage - 1) * blocksPerStage + block;
        x = block(layers, name, x, channels, out, stride, index, 3 * blocksPerStage);
        channels = out;
      }
    }
    x = net.add("bn", BatchNorm.of(channels), x);
    x = net.add("act", new Relu(), x);
    Layers undropped = new Layers(net, options.withDropout(0));
    undropped.head("fc", x, channels, 0);
    return layers.build();
  }

  private Node block(
      Layers layers, String name, Node x, int in, int out, int stride, int index, int blocks) {
    Network.Builder net = layers.net();
    Node active = net.add(name + ".bn1", BatchNorm.of(in), x);
    active = net.add(name + ".act1", new Relu(), active);
    Node y = net.add(name + ".conv1", layers.blurrable(Conv2d.of(in, out, 3, stride)), active);
    y = net.add(name + ".bn2", BatchNorm.of(out), y);
    y = net.add(name + ".act2", new Relu(), y);
    y = layers.blurred(name + ".aa", y, stride);
    double rate = options.dropout().orElse(0);
    y = rate > 0 ? net.add(name + ".dropout", new Dropout(rate), y) : y;
    y = net.add(name + ".conv2", Conv2d.of(out, out, 3, 1), y);
    boolean projects = stride > 1 || in != out;
    Node shortcut =
        projects ? net.add(name + ".downsample", Conv2d.of(in, out, 1, stride), active) : x;
    return layers.join(name, y, shortcut, index, blocks);
  }

  private static final class Names implements Family {

    private static final Pattern NAME = Pattern.compile("cifar_wideresnet(\\d{1,4})_(\\d{1,2})");

    /** The table of GluonCV's model zoo. */
    @Override
    public List<String> names() {
      return List.of(of(16, 10).name(), of(28, 10).name(), of(40, 8).name());
    }

    @Override
    public int imageSize() {
      return 32;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.of(ZooOptions.Part.BLUR_POOL, ZooOptions.Part.DROP_PATH);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      return m.matches()
          ? Optional.of(
              of(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)))
                  .options(options)
                  .network())
          : Optional.empty();
    }
  }
}
