package io.kitbag.models.zoo;

import static io.kitbag.models.op.Activation.Function.HARD_SIGMOID;
import static io.kitbag.models.op.Activation.Function.HARD_SWISH;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * MobileNetV3: Howard et al., arXiv 1905.02244, tables 1 and 2, with layers named as in
 * torchvision's {@code mobilenet_v3_large} and {@code mobilenet_v3_small} and their batch norm (ε =
 * 0.001, momentum 0.01).
 *
 * @param options the stem has 16 channels by default; dropout is 0.2 by default, as in torchvision
 */
public record MobileNetV3(Kind kind, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final double DROPOUT = 0.2;
  private static final double EPS = 0.001;
  private static final double MOMENTUM = 0.01;

  /** The two networks. */
  public enum Kind {
    LARGE(
        1280,
        List.of(
            new Block(3, 16, 16, false, false, 1),
            new Block(3, 64, 24, false, false, 2),
            new Block(3, 72, 24, false, false, 1),
            new Block(5, 72, 40, true, false, 2),
            new Block(5, 120, 40, true, false, 1),
            new Block(5, 120, 40, true, false, 1),
            new Block(3, 240, 80, false, true, 2),
            new Block(3, 200, 80, false, true, 1),
            new Block(3, 184, 80, false, true, 1),
            new Block(3, 184, 80, false, true, 1),
            new Block(3, 480, 112, true, true, 1),
            new Block(3, 672, 112, true, true, 1),
            new Block(5, 672, 160, true, true, 2),
            new Block(5, 960, 160, true, true, 1),
            new Block(5, 960, 160, true, true, 1))),
    SMALL(
        1024,
        List.of(
            new Block(3, 16, 16, true, false, 2),
            new Block(3, 72, 24, false, false, 2),
            new Block(3, 88, 24, false, false, 1),
            new Block(5, 96, 40, true, true, 2),
            new Block(5, 240, 40, true, true, 1),
            new Block(5, 240, 40, true, true, 1),
            new Block(5, 120, 48, true, true, 1),
            new Block(5, 144, 48, true, true, 1),
            new Block(5, 288, 96, true, true, 2),
            new Block(5, 576, 96, true, true, 1),
            new Block(5, 576, 96, true, true, 1)));

    private final int features;
    private final List<Block> blocks;

    Kind(int features, List<Block> blocks) {
      this.features = features;
      this.blocks = blocks;
    }
  }

  /** A row of the tables: kernel, expanded channels, output channels, SE, hard-swish, stride. */
  private record Block(
      int kernel, int hidden, int out, boolean excites, boolean hardSwish, int stride) {

    Op activation() {
      return hardSwish ? Layers.activation(HARD_SWISH) : new Relu();
    }
  }

  public static MobileNetV3 of(Kind kind) {
    return new MobileNetV3(kind, ZooOptions.classes(1000));
  }

  public MobileNetV3 options(ZooOptions chosen) {
    return new MobileNetV3(kind, chosen);
  }

  /** {@code mobilenet_v3_large} or {@code mobilenet_v3_small}. */
  public String name() {
    return "mobilenet_v3_" + kind.name().toLowerCase(Locale.ROOT);
  }

  /** Stem, inverted residuals, a last 1×1 convolution, two linear layers. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int in = options.stemWidth().orElse(16);
    Conv2d stem = Conv2d.of(options.inputChannels(), in, 3, 2);
    Node x = convBnAct(net, "features.0", net.input(), stem, Layers.activation(HARD_SWISH));
    for (int i = 0; i < kind.blocks.size(); i++) {
      x = inverted(layers, i, x, in, kind.blocks.get(i));
      in = kind.blocks.get(i).out();
    }
    int last = 6 * in;
    String name = "features." + (kind.blocks.size() + 1);
    x = convBnAct(net, name, x, Conv2d.of(in, last, 1, 1), Layers.activation(HARD_SWISH));
    x = net.add("avgpool", new GlobalAvgPool(), x);
    x = net.add("classifier.0", new Linear(last, kind.features, true), x);
    x = net.add("classifier.1", Layers.activation(HARD_SWISH), x);
    layers.classifier("classifier.3", x, kind.features, DROPOUT);
    return layers.build();
  }

  /** Figure 4: 1×1 that expands, depthwise, squeeze-and-excitation, 1×1 without activation. */
  private Node inverted(Layers layers, int index, Node x, int in, Block row) {
    Network.Builder net = layers.net();
    String block = "features." + (index + 1);
    String name = block + ".block.";
    int hidden = row.hidden();
    int part = 0;
    Node y = x;
    if (hidden != in) {
      y = convBnAct(net, name + part++, y, Conv2d.of(in, hidden, 1, 1), row.activation());
    }
    Conv2d depthwise = Conv2d.depthwise(hidden, row.kernel(), row.stride());
    y = convBnAct(net, name + part++, y, layers.blurrable(depthwise), row.activation());
    y = layers.blurred(block + ".aa", y, row.stride());
    if (row.excites()) {
      int squeezed = Layers.multipleOf8(hidden / 4);
      Op gate = Layers.activation(HARD_SIGMOID);
      y = layers.squeezeExcite(name + part++, y, hidden, squeezed, new Relu(), gate);
    }
    boolean residual = row.stride() == 1 && in == row.out();
    y = net.add(name + part + ".0", Conv2d.of(hidden, row.out(), 1, 1), y);
    BatchNorm norm = norm(row.out()).withZeroGamma(residual && options.zeroGamma());
    y = net.add(name + part + ".1", norm, y);
    return residual ? layers.join(block, y, x, index, kind.blocks.size()) : y;
  }

  private static Node convBnAct(
      Network.Builder net, String name, Node x, Conv2d conv, Op activation) {
    Node y = net.add(name + ".0", conv, x);
    y = net.add(name + ".1", norm(conv.out()), y);
    return net.add(name + ".2", activation, y);
  }

  private static BatchNorm norm(int channels) {
    return BatchNorm.of(channels).withEps(EPS).withMomentum(MOMENTUM);
  }

  private static final class Names implements Family {

    @Override
    public List<String> names() {
      return List.of(of(Kind.LARGE).name(), of(Kind.SMALL).name());
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.of(ZooOptions.Part.BLUR_POOL, ZooOptions.Part.DROP_PATH);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      for (Kind kind : Kind.values()) {
        if (of(kind).name().equals(name)) {
          return Optional.of(of(kind).options(options).network());
        }
      }
      return Optional.empty();
    }
  }
}
