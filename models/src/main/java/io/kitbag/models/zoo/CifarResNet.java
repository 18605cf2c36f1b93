package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Relu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three-stage ResNets for images of about 32 pixels: He et al., arXiv 1512.03385, section 4.2,
 * with projections instead of the paper's zero-padded shortcuts, as in GluonCV's {@code
 * cifar_resnet20_v1}. Widths can be multiplied.
 *
 * @param depth 6n + 2: 8, 14, 20, 32, 44, 56, 110 …
 * @param avgDown shrinking shortcuts average 2×2 before their 1×1 convolution (tweak D of arXiv
 *     1812.01187)
 * @param widen factor on the widths 16, 32, 64 of the stages; 1 by default
 * @param options 10 classes by default; the stem has 16 · widen channels by default
 */
public record CifarResNet(int depth, boolean avgDown, int widen, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final int BASE_WIDTH = 16;

  public CifarResNet {
    if (depth < 8 || depth % 6 != 2) {
      throw new IllegalArgumentException(
          "there is no CIFAR ResNet of depth %d; it must be 6n+2: 8, 14, 20, 26, 32 …"
              .formatted(depth));
    }
    if (widen < 1) {
      throw new IllegalArgumentException("widen=%d must be positive".formatted(widen));
    }
  }

  public static CifarResNet of(int depth) {
    return new CifarResNet(depth, false, 1, ZooOptions.classes(10));
  }

  /** With the averaging shortcut. */
  public static CifarResNet d(int depth) {
    return new CifarResNet(depth, true, 1, ZooOptions.classes(10));
  }

  /** Multiplies all widths, the stem's too. */
  public CifarResNet widen(int factor) {
    return new CifarResNet(depth, avgDown, factor, options);
  }

  public CifarResNet classes(int number) {
    return options(options.withClasses(number));
  }

  public CifarResNet inputChannels(int number) {
    return options(options.withInputChannels(number));
  }

  public CifarResNet stemWidth(int width) {
    return options(options.withStemWidth(width));
  }

  public CifarResNet zeroGamma(boolean zero) {
    return options(options.withZeroGamma(zero));
  }

  public CifarResNet options(ZooOptions chosen) {
    return new CifarResNet(depth, avgDown, widen, chosen);
  }

  /** Such as {@code cifar_resnet20}, {@code cifar_resnet20d} or {@code cifar_resnet14d_w4}. */
  public String name() {
    return "cifar_resnet" + depth + (avgDown ? "d" : "") + (widen == 1 ? "" : "_w" + widen);
  }

  /** Stem, three stages of basic blocks, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int blocksPerStage = (depth - 2) / 6;
    ResidualBlocks blocks =
        new ResidualBlocks(layers, ResidualBlocks.Shape.plain(avgDown), 3 * blocksPerStage);

    int channels = options.stemWidth().orElse(BASE_WIDTH * widen);
    Node x = net.add("conv1", Conv2d.of(options.inputChannels(), channels, 3, 1), net.input());
    x = net.add("bn1", BatchNorm.of(channels), x);
    x = net.add("act1", new Relu(), x);
    for (int stage = 1; stage <= 3; stage++) {
      int out = (BASE_WIDTH * widen) << (stage - 1);
      for (int block = 0; block < blocksPerStage; block++) {
        int stride = block == 0 && stage > 1 ? 2 : 1;
        x = blocks.basic("layer" + stage + "." + block, x, channels, out, stride);
        channels = out;
      }
    }
    layers.head("fc", x, channels, 0);
    return layers.build();
  }

  private static final class Names implements Family {

    private static final Pattern NAME =
        Pattern.compile("cifar_resnet(\\d{1,4})(d?)(?:_w(\\d{1,2}))?");
    private static final List<Integer> USUAL = List.of(20, 32, 56, 110);

    @Override
    public List<String> names() {
      List<String> names = new ArrayList<>();
      for (int depth : USUAL) {
        names.add(of(depth).name());
        names.add(d(depth).name());
      }
      return names;
    }

    @Override
    public int imageSize() {
      return 32;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.allOf(ZooOptions.Part.class);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      if (!m.matches()) {
        return Optional.empty();
      }
      int widen = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
      boolean avgDown = !m.group(2).isEmpty();
      return Optional.of(
          new CifarResNet(Integer.parseInt(m.group(1)), avgDown, widen, options).network());
    }
  }
}
