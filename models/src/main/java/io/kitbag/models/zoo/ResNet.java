package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * ResNets for images of any size, 224 pixels as a rule: He et al., arXiv 1512.03385, with the
 * tweaks of arXiv 1812.01187, section 4; with grouped convolutions they are ResNeXts (Xie et al.,
 * arXiv 1611.05431), with wider ones Wide ResNets (Zagoruyko and Komodakis, arXiv 1605.07146).
 *
 * <pre>{@code
 * Network network = ResNet.d(50).classes(10).zeroGamma(true).network();
 * }</pre>
 *
 * @param depth 18, 34 (basic blocks), 50, 101 or 152 (bottlenecks)
 * @param variant which tweaks
 * @param groups parts of a bottleneck's 3×3 convolution; 1 but in a ResNeXt
 * @param widthPerGroup channels of each part in the first stage; 64 but in ResNeXts and Wide
 *     ResNets
 * @param options the stem's width is half the channels that it hands on, and the width of the first
 *     two convolutions of a deep stem; by default 32, in variants E and S 64
 */
public record ResNet(
    int depth, Variant variant, int groups, int widthPerGroup, ZooOptions options) {

  /** The tweaks. */
  public enum Variant {
    /** The original: a bottleneck's stride sits on its first 1×1 convolution. */
    V1(false, false, 32),
    /** The stride moves to the 3×3, which sees the whole map; torchvision's ResNet. */
    B(false, false, 32),
    /** And the stem's 7×7 becomes three 3×3. */
    C(true, false, 32),
    /** And a shrinking shortcut averages 2×2 before its 1×1 convolution. */
    D(true, true, 32),
    /** D with a stem of twice the width (GluonCV). */
    E(true, true, 64),
    /** C with a stem of twice the width (GluonCV, timm). */
    S(true, false, 64);

    private final boolean deepStem;
    private final boolean avgDown;
    private final int stemWidth;

    Variant(boolean deepStem, boolean avgDown, int stemWidth) {
      this.deepStem = deepStem;
      this.avgDown = avgDown;
      this.stemWidth = stemWidth;
    }

    /** As GluonCV names it: v1, v1b, v1c, v1d, v1e, v1s. */
    String suffix() {
      return this == V1 ? "v1" : "v1" + name().toLowerCase(Locale.ROOT);
    }

    private static Variant ofLetter(String letter) {
      return letter.isEmpty() ? V1 : valueOf(letter.toUpperCase(Locale.ROOT));
    }
  }

  static final Family FAMILY = new Names();

  /** Blocks per stage: table 1 of arXiv 1512.03385. */
  private static final Map<Integer, int[]> BLOCKS =
      new TreeMap<>(
          Map.of(
              18, new int[] {2, 2, 2, 2},
              34, new int[] {3, 4, 6, 3},
              50, new int[] {3, 4, 6, 3},
              101, new int[] {3, 4, 23, 3},
              152, new int[] {3, 8, 36, 3}));

  private static final int FIRST_BOTTLENECK_DEPTH = 50;
  private static final int DEFAULT_WIDTH = ResidualBlocks.Shape.DEFAULT_WIDTH;

  public ResNet {
    if (!BLOCKS.containsKey(depth)) {
      throw new IllegalArgumentException(
          "there is no ResNet of depth %d; choose one of %s".formatted(depth, BLOCKS.keySet()));
    }
    if (groups < 1 || widthPerGroup < 1) {
      throw new IllegalArgumentException(
          "groups=%d and widthPerGroup=%d must be positive".formatted(groups, widthPerGroup));
    }
    if (depth < FIRST_BOTTLENECK_DEPTH && (groups > 1 || widthPerGroup != DEFAULT_WIDTH)) {
      throw new IllegalArgumentException(
          "only bottlenecks have groups or another width, and depth %d has none".formatted(depth));
    }
  }

  public static ResNet of(int depth, Variant variant) {
    return new ResNet(depth, variant, 1, DEFAULT_WIDTH, ZooOptions.classes(1000));
  }

  public static ResNet v1(int depth) {
    return of(depth, Variant.V1);
  }

  public static ResNet b(int depth) {
    return of(depth, Variant.B);
  }

  public static ResNet c(int depth) {
    return of(depth, Variant.C);
  }

  public static ResNet d(int depth) {
    return of(depth, Variant.D);
  }

  /** Such as {@code resNext(50, 32, 4)}: groups and their width in the first stage. */
  public static ResNet resNext(int depth, int groups, int widthPerGroup) {
    return new ResNet(depth, Variant.B, groups, widthPerGroup, ZooOptions.classes(1000));
  }

  /** With bottlenecks {@code factor} times as wide inside. */
  public static ResNet wide(int depth, int factor) {
    return new ResNet(depth, Variant.B, 1, DEFAULT_WIDTH * factor, ZooOptions.classes(1000));
  }

  public ResNet classes(int number) {
    return options(options.withClasses(number));
  }

  public ResNet inputChannels(int number) {
    return options(options.withInputChannels(number));
  }

  public ResNet stemWidth(int width) {
    return options(options.withStemWidth(width));
  }

  public ResNet zeroGamma(boolean zero) {
    return options(options.withZeroGamma(zero));
  }

  public ResNet options(ZooOptions chosen) {
    return new ResNet(depth, variant, groups, widthPerGroup, chosen);
  }

  /** Such as {@code resnet50_v1d}, {@code se_resnext50_32x4d} or {@code resnet50_v1b_gn}. */
  public String name() {
    String kind =
        groups > 1
            ? "resnext" + depth + "_" + groups + "x" + widthPerGroup + "d"
            : widthPerGroup != DEFAULT_WIDTH
                ? "wide_resnet" + depth + "_" + widthPerGroup / DEFAULT_WIDTH
                : "resnet" + depth + "_" + variant.suffix();
    return (options.squeezeExcite() ? "se_" : "") + kind + (options.groupNorm() ? "_gn" : "");
  }

  /** Stem, four stages of blocks, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int[] counts = BLOCKS.get(depth);
    ResidualBlocks.Shape shape =
        new ResidualBlocks.Shape(variant != Variant.V1, variant.avgDown, groups, widthPerGroup);
    ResidualBlocks blocks = new ResidualBlocks(layers, shape, IntStream.of(counts).sum());
    boolean bottleneck = depth >= FIRST_BOTTLENECK_DEPTH;

    int stemWidth = options.stemWidth().orElse(variant.stemWidth);
    Node x = variant.deepStem ? deepStem(net, stemWidth) : stem(net, stemWidth);
    x = pool(net, x);
    int channels = 2 * stemWidth;
    for (int stage = 1; stage <= 4; stage++) {
      int width = 64 << (stage - 1);
      int out = bottleneck ? width * ResidualBlocks.BOTTLENECK_EXPANSION : width;
      for (int block = 0; block < counts[stage - 1]; block++) {
        String name = "layer" + stage + "." + block;
        int stride = block == 0 && stage > 1 ? 2 : 1;
        x =
            bottleneck
                ? blocks.bottleneck(name, x, channels, out, stride)
                : blocks.basic(name, x, channels, out, stride);
        channels = out;
      }
    }
    layers.head("fc", x, channels, 0);
    return layers.build();
  }

  /** conv 7×7 / 2. */
  private Node stem(Network.Builder net, int width) {
    int out = 2 * width;
    Node x = net.add("conv1", Conv2d.of(options.inputChannels(), out, 7, 2), net.input());
    x = net.add("bn1", BatchNorm.of(out), x);
    return net.add("act1", new Relu(), x);
  }

  /** Tweak C: conv 3×3 / 2, conv 3×3, conv 3×3. */
  private Node deepStem(Network.Builder net, int width) {
    int out = 2 * width;
    Node x = net.add("conv1.0", Conv2d.of(options.inputChannels(), width, 3, 2), net.input());
    x = net.add("conv1.1", BatchNorm.of(width), x);
    x = net.add("conv1.2", new Relu(), x);
    x = net.add("conv1.3", Conv2d.of(width, width, 3, 1), x);
    x = net.add("conv1.4", BatchNorm.of(width), x);
    x = net.add("conv1.5", new Relu(), x);
    x = net.add("conv1.6", Conv2d.of(width, out, 3, 1), x);
    x = net.add("bn1", BatchNorm.of(out), x);
    return net.add("act1", new Relu(), x);
  }

  private Node pool(Network.Builder net, Node x) {
    if (!options.blurPool()) {
      return net.add("maxpool", new MaxPool(3, 2, 1), x);
    }
    Node y = net.add("maxpool.0", new MaxPool(3, 1, 1), x);
    return net.add("maxpool.1", new BlurPool(2), y);
  }

  private static final class Names implements Family {

    private static final Pattern NAME =
        Pattern.compile(
            "(se_)?(?:resnet(?<depth>\\d{1,3})_v1(?<variant>[bcdes]?)"
                + "|resnext(?<xdepth>\\d{1,3})_(?<groups>\\d{1,3})x(?<width>\\d{1,3})d"
                + "|wide_resnet(?<wdepth>\\d{1,3})_(?<factor>\\d{1,2}))(?<gn>_gn)?");

    @Override
    public List<String> names() {
      List<String> names = new ArrayList<>();
      for (int depth : BLOCKS.keySet()) {
        for (Variant variant : Variant.values()) {
          names.add(of(depth, variant).name());
        }
      }
      for (int depth : BLOCKS.keySet()) {
        names.add("se_" + b(depth).name());
      }
      for (int depth : new int[] {50, 101}) {
        String resNext = resNext(depth, 32, 4).name();
        names.addAll(List.of(b(depth).name() + "_gn", resNext, "se_" + resNext));
      }
      names.add(resNext(101, 64, 4).name());
      names.add(wide(50, 2).name());
      names.add(wide(101, 2).name());
      return names;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.allOf(ZooOptions.Part.class);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      return m.matches()
          ? Optional.of(net(m).options(options(m, options)).network())
          : Optional.empty();
    }

    private static ResNet net(Matcher m) {
      if (m.group("xdepth") != null) {
        return resNext(number(m, "xdepth"), number(m, "groups"), number(m, "width"));
      }
      return m.group("wdepth") != null
          ? wide(number(m, "wdepth"), number(m, "factor"))
          : of(number(m, "depth"), Variant.ofLetter(m.group("variant")));
    }

    private static int number(Matcher m, String group) {
      return Integer.parseInt(m.group(group));
    }

    private static ZooOptions options(Matcher m, ZooOptions options) {
      return options
          .withSqueezeExcite(options.squeezeExcite() || m.group(1) != null)
          .withGroupNorm(options.groupNorm() || m.group("gn") != null);
    }
  }
}
