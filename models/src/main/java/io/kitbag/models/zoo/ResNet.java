package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * ResNets for images of about 224 pixels: He et al., arXiv 1512.03385, with the tweaks of arXiv
 * 1812.01187, section 4.
 *
 * <pre>{@code
 * Network network = ResNet.d(50).classes(10).zeroGamma(true).network();
 * }</pre>
 *
 * @param depth 18, 34 (basic blocks), 50, 101 or 152 (bottlenecks)
 * @param variant which tweaks
 * @param classes number of outputs; 1000 by default
 * @param inputChannels 3 by default
 * @param stemWidth half the channels that the stem hands on, and the width of the first two
 *     convolutions of a deep stem; 32 by default, 64 in GluonCV's e and s networks
 * @param zeroGamma starts the last γ of every block at 0; off by default
 */
public record ResNet(
    int depth, Variant variant, int classes, int inputChannels, int stemWidth, boolean zeroGamma) {

  /** The tweaks, each with those before it. */
  public enum Variant {
    /** The original: a bottleneck's stride sits on its first 1×1 convolution. */
    V1,
    /** The stride moves to the 3×3, which sees the whole map; torchvision's ResNet. */
    B,
    /** The stem's 7×7 becomes three 3×3. */
    C,
    /** A shrinking shortcut averages 2×2 before its 1×1 convolution. */
    D;

    /** As GluonCV names it: v1, v1b, v1c, v1d. */
    String suffix() {
      return this == V1 ? "v1" : "v1" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Blocks per stage: table 1 of arXiv 1512.03385. */
  private static final Map<Integer, int[]> BLOCKS =
      new TreeMap<>(
          Map.of(
              18, new int[] {2, 2, 2, 2},
              34, new int[] {3, 4, 6, 3},
              50, new int[] {3, 4, 6, 3},
              101, new int[] {3, 4, 23, 3},
              152, new int[] {3, 8, 36, 3}));

  public ResNet {
    if (!BLOCKS.containsKey(depth)) {
      throw new IllegalArgumentException(
          "there is no ResNet of depth %d; choose one of %s".formatted(depth, BLOCKS.keySet()));
    }
    if (classes < 1 || inputChannels < 1 || stemWidth < 1) {
      throw new IllegalArgumentException(
          "classes=%d, inputChannels=%d and stemWidth=%d must be positive"
              .formatted(classes, inputChannels, stemWidth));
    }
  }

  public static ResNet of(int depth, Variant variant) {
    return new ResNet(depth, variant, 1000, 3, 32, false);
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

  public ResNet classes(int number) {
    return new ResNet(depth, variant, number, inputChannels, stemWidth, zeroGamma);
  }

  public ResNet inputChannels(int number) {
    return new ResNet(depth, variant, classes, number, stemWidth, zeroGamma);
  }

  public ResNet stemWidth(int width) {
    return new ResNet(depth, variant, classes, inputChannels, width, zeroGamma);
  }

  public ResNet zeroGamma(boolean zero) {
    return new ResNet(depth, variant, classes, inputChannels, stemWidth, zero);
  }

  /** Such as {@code resnet50_v1d}. */
  public String name() {
    return "resnet" + depth + "_" + variant.suffix();
  }

  /** The depths there are. */
  static Iterable<Integer> depths() {
    return BLOCKS.keySet();
  }

  /** Stem, four stages of blocks, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), inputChannels);
    ResidualBlocks blocks =
        new ResidualBlocks(net, variant != Variant.V1, variant == Variant.D, zeroGamma);
    boolean bottleneck = depth >= 50;

    Node x = variant.compareTo(Variant.C) >= 0 ? deepStem(net) : stem(net);
    x = net.add("maxpool", new MaxPool(3, 2, 1), x);
    int channels = 2 * stemWidth;
    for (int stage = 1; stage <= 4; stage++) {
      int width = 64 << (stage - 1);
      int out = bottleneck ? width * ResidualBlocks.BOTTLENECK_EXPANSION : width;
      for (int block = 0; block < BLOCKS.get(depth)[stage - 1]; block++) {
        String name = "layer" + stage + "." + block;
        int stride = block == 0 && stage > 1 ? 2 : 1;
        x =
            bottleneck
                ? blocks.bottleneck(name, x, channels, out, stride)
                : blocks.basic(name, x, channels, out, stride);
        channels = out;
      }
    }
    x = net.add("global_pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(channels, classes, true), x);
    return net.build();
  }

  /** conv 7×7 / 2. */
  private Node stem(Network.Builder net) {
    int out = 2 * stemWidth;
    Node x = net.add("conv1", Conv2d.of(inputChannels, out, 7, 2), net.input());
    x = net.add("bn1", BatchNorm.of(out), x);
    return net.add("act1", new Relu(), x);
  }

  /** Tweak C: conv 3×3 / 2, conv 3×3, conv 3×3. */
  private Node deepStem(Network.Builder net) {
    int out = 2 * stemWidth;
    Node x = net.add("conv1.0", Conv2d.of(inputChannels, stemWidth, 3, 2), net.input());
    x = net.add("conv1.1", BatchNorm.of(stemWidth), x);
    x = net.add("conv1.2", new Relu(), x);
    x = net.add("conv1.3", Conv2d.of(stemWidth, stemWidth, 3, 1), x);
    x = net.add("conv1.4", BatchNorm.of(stemWidth), x);
    x = net.add("conv1.5", new Relu(), x);
    x = net.add("conv1.6", Conv2d.of(stemWidth, out, 3, 1), x);
    x = net.add("bn1", BatchNorm.of(out), x);
    return net.add("act1", new Relu(), x);
  }
}
