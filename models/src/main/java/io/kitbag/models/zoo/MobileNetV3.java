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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * MobileNetV3: Howard et al., arXiv 1905.02244, tables 1 and 2, as torchvision or timm has it.
 *
 * @param origin whose names and batch norm; the same weights give other logits with the other's
 * @param options the stem has 16 channels by default; dropout is 0.2 by default, as in torchvision
 */
public record MobileNetV3(Kind kind, Origin origin, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final int STEM = 16;
  private static final double DROPOUT = 0.2;

  /** Two libraries that call the layers differently and whose batch norms have another ε. */
  public enum Origin {
    /** {@code mobilenet_v3_large} and {@code mobilenet_v3_small}: ε = 0.001, momentum 0.01. */
    TORCHVISION(0.001, 0.01),
    /** {@code mobilenetv3_large_100} and {@code mobilenetv3_small_100}: ε = 1e-5, momentum 0.1. */
    TIMM(BatchNorm.DEFAULT_EPS, BatchNorm.DEFAULT_MOMENTUM);

    private final double eps;
    private final double momentum;

    Origin(double eps, double momentum) {
      this.eps = eps;
      this.momentum = momentum;
    }

    private String name(Kind kind) {
      String size = kind.name().toLowerCase(Locale.ROOT);
      return (this == TIMM ? "mobilenetv3_%s_100" : "mobilenet_v3_%s").formatted(size);
    }

    private MobileNetV3Names names(List<Row> rows, int stemWidth) {
      return this == TIMM
          ? MobileNetV3Names.timm(rows, stemWidth)
          : MobileNetV3Names.torchvision(rows, stemWidth);
    }
  }

  /** The two networks. */
  public enum Kind {
    LARGE(
        1280,
        List.of(
            new Row(3, 16, 16, false, false, 1),
            new Row(3, 64, 24, false, false, 2),
            new Row(3, 72, 24, false, false, 1),
            new Row(5, 72, 40, true, false, 2),
            new Row(5, 120, 40, true, false, 1),
            new Row(5, 120, 40, true, false, 1),
            new Row(3, 240, 80, false, true, 2),
            new Row(3, 200, 80, false, true, 1),
            new Row(3, 184, 80, false, true, 1),
            new Row(3, 184, 80, false, true, 1),
            new Row(3, 480, 112, true, true, 1),
            new Row(3, 672, 112, true, true, 1),
            new Row(5, 672, 160, true, true, 2),
            new Row(5, 960, 160, true, true, 1),
            new Row(5, 960, 160, true, true, 1))),
    SMALL(
        1024,
        List.of(
            new Row(3, 16, 16, true, false, 2),
            new Row(3, 72, 24, false, false, 2),
            new Row(3, 88, 24, false, false, 1),
            new Row(5, 96, 40, true, true, 2),
            new Row(5, 240, 40, true, true, 1),
            new Row(5, 240, 40, true, true, 1),
            new Row(5, 120, 48, true, true, 1),
            new Row(5, 144, 48, true, true, 1),
            new Row(5, 288, 96, true, true, 2),
            new Row(5, 576, 96, true, true, 1),
            new Row(5, 576, 96, true, true, 1)));

    private final int features;
    private final List<Row> rows;

    Kind(int features, List<Row> rows) {
      this.features = features;
      this.rows = rows;
    }
  }

  /** A row of the tables: kernel, expanded channels, output channels, SE, hard-swish, stride. */
  record Row(int kernel, int hidden, int out, boolean excites, boolean hardSwish, int stride) {

    private Op activation() {
      return hardSwish ? Layers.activation(HARD_SWISH) : new Relu();
    }
  }

  /** torchvision's, for 1000 classes. */
  public static MobileNetV3 of(Kind kind) {
    return new MobileNetV3(kind, Origin.TORCHVISION, ZooOptions.classes(1000));
  }

  /** The same network as another library has it. */
  public MobileNetV3 origin(Origin library) {
    return new MobileNetV3(kind, library, options);
  }

  public MobileNetV3 options(ZooOptions chosen) {
    return new MobileNetV3(kind, origin, chosen);
  }

  /** Such as {@code mobilenet_v3_large}, or timm's {@code mobilenetv3_large_100}. */
  public String name() {
    return origin.name(kind);
  }

  /** Stem, inverted residuals, a last 1×1 convolution, two linear layers. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    Op hardSwish = Layers.activation(HARD_SWISH);
    int in = options.stemWidth().orElse(STEM);
    MobileNetV3Names names = origin.names(kind.rows, in);
    Conv2d stem = Conv2d.of(options.inputChannels(), in, 3, 2);
    Node x = convBnAct(net, names.stem(), net.input(), stem, hardSwish);
    for (int i = 0; i < kind.rows.size(); i++) {
      x = inverted(layers, i, names.blocks().get(i), x, in);
      in = kind.rows.get(i).out();
    }
    int last = 6 * in;
    x = convBnAct(net, names.last(), x, Conv2d.of(in, last, 1, 1), hardSwish);
    x = origin == Origin.TIMM ? timmHead(net, x, last, names) : head(net, x, last, names);
    layers.classifier(names.classifier(), x, kind.features, DROPOUT);
    return layers.build();
  }

  private Node head(Network.Builder net, Node x, int channels, MobileNetV3Names names) {
    Node y = net.add("avgpool", new GlobalAvgPool(), x);
    y = net.add(names.features(), new Linear(channels, kind.features, true), y);
    return net.add("classifier.1", Layers.activation(HARD_SWISH), y);
  }

  /** The linear layer is a 1×1 convolution there. */
  private Node timmHead(Network.Builder net, Node x, int channels, MobileNetV3Names names) {
    Node y = net.add("global_pool", new GlobalAvgPool(false), x);
    y = net.add(names.features(), new Conv2d(channels, kind.features, 1, 1, 0, 1, true), y);
    y = net.add("act2", Layers.activation(HARD_SWISH), y);
    return net.add("flatten", new GlobalAvgPool(), y);
  }

  /** Figure 4: 1×1 that expands, depthwise, squeeze-and-excitation, 1×1 without activation. */
  private Node inverted(Layers layers, int index, MobileNetV3Names.Block names, Node x, int in) {
    Network.Builder net = layers.net();
    Row row = kind.rows.get(index);
    int hidden = row.hidden();
    Node y = x;
    if (hidden != in) {
      y = convBnAct(net, names.expand(), y, Conv2d.of(in, hidden, 1, 1), row.activation());
    }
    Conv2d depthwise = Conv2d.depthwise(hidden, row.kernel(), row.stride());
    y = convBnAct(net, names.depthwise(), y, layers.blurrable(depthwise), row.activation());
    y = layers.blurred(names.block() + ".aa", y, row.stride());
    if (row.excites()) {
      y = excited(layers, names, y, hidden);
    }
    boolean residual = row.stride() == 1 && in == row.out();
    y = net.add(names.project().conv(), Conv2d.of(hidden, row.out(), 1, 1), y);
    BatchNorm norm = norm(row.out()).withZeroGamma(residual && options.zeroGamma());
    y = net.add(names.project().norm(), norm, y);
    return residual ? layers.join(names.block(), y, x, index, kind.rows.size()) : y;
  }

  private static Node excited(Layers layers, MobileNetV3Names.Block names, Node x, int channels) {
    int squeezed = Layers.multipleOf8(channels / 4);
    Op gate = Layers.activation(HARD_SIGMOID);
    return layers.squeezeExcite(
        names.excite(),
        names.reduceConv(),
        names.expandConv(),
        x,
        channels,
        squeezed,
        new Relu(),
        gate);
  }

  private Node convBnAct(
      Network.Builder net, MobileNetV3Names.Unit names, Node x, Conv2d conv, Op activation) {
    Node y = net.add(names.conv(), conv, x);
    y = net.add(names.norm(), norm(conv.out()), y);
    return net.add(names.act(), activation, y);
  }

  private BatchNorm norm(int channels) {
    return BatchNorm.of(channels).withEps(origin.eps).withMomentum(origin.momentum);
  }

  private static List<MobileNetV3> all() {
    return Arrays.stream(Origin.values())
        .flatMap(library -> Arrays.stream(Kind.values()).map(kind -> of(kind).origin(library)))
        .toList();
  }

  private static final class Names implements Family {

    @Override
    public List<String> names() {
      return all().stream().map(MobileNetV3::name).toList();
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.of(ZooOptions.Part.BLUR_POOL, ZooOptions.Part.DROP_PATH);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      return all().stream()
          .filter(net -> net.name().equals(name))
          .findFirst()
          .map(net -> net.options(options).network());
    }
  }
}
