package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;

/**
 * The three-stage ResNets for images of about 32 pixels: He et al., arXiv 1512.03385, section 4.2,
 * with projections instead of the paper's zero-padded shortcuts, as in GluonCV's {@code
 * cifar_resnet20_v1}. Widths can be multiplied as in Zagoruyko and Komodakis, arXiv 1605.07146.
 *
 * @param depth 6n + 2: 8, 14, 20, 32, 44, 56, 110 …
 * @param avgDown shrinking shortcuts average 2×2 before their 1×1 convolution (tweak D of arXiv
 *     1812.01187)
 * @param widen factor on the widths 16, 32, 64 of the stages; 1 by default
 * @param classes number of outputs; 10 by default
 * @param inputChannels 3 by default
 * @param stemWidth channels of the first convolution; 16 · widen by default
 * @param zeroGamma starts the last γ of every block at 0; off by default
 */
public record CifarResNet(
    int depth,
    boolean avgDown,
    int widen,
    int classes,
    int inputChannels,
    int stemWidth,
    boolean zeroGamma) {

  private static final int BASE_WIDTH = 16;

  public CifarResNet {
    if (depth < 8 || depth % 6 != 2) {
      throw new IllegalArgumentException(
          "there is no CIFAR ResNet of depth %d; it must be 6n+2: 8, 14, 20, 26, 32 …"
              .formatted(depth));
    }
    if (widen < 1 || classes < 1 || inputChannels < 1 || stemWidth < 1) {
      throw new IllegalArgumentException(
          "widen=%d, classes=%d, inputChannels=%d and stemWidth=%d must be positive"
              .formatted(widen, classes, inputChannels, stemWidth));
    }
  }

  public static CifarResNet of(int depth) {
    return new CifarResNet(depth, false, 1, 10, 3, BASE_WIDTH, false);
  }

  /** With the averaging shortcut. */
  public static CifarResNet d(int depth) {
    return new CifarResNet(depth, true, 1, 10, 3, BASE_WIDTH, false);
  }

  /** Multiplies all widths, the stem's too. */
  public CifarResNet widen(int factor) {
    return new CifarResNet(
        depth, avgDown, factor, classes, inputChannels, BASE_WIDTH * factor, zeroGamma);
  }

  public CifarResNet classes(int number) {
    return new CifarResNet(depth, avgDown, widen, number, inputChannels, stemWidth, zeroGamma);
  }

  public CifarResNet inputChannels(int number) {
    return new CifarResNet(depth, avgDown, widen, classes, number, stemWidth, zeroGamma);
  }

  public CifarResNet stemWidth(int width) {
    return new CifarResNet(depth, avgDown, widen, classes, inputChannels, width, zeroGamma);
  }

  public CifarResNet zeroGamma(boolean zero) {
    return new CifarResNet(depth, avgDown, widen, classes, inputChannels, stemWidth, zero);
  }

  /** Such as {@code cifar_resnet20}, {@code cifar_resnet20d} or {@code cifar_resnet14d_w4}. */
  public String name() {
    return "cifar_resnet" + depth + (avgDown ? "d" : "") + (widen == 1 ? "" : "_w" + widen);
  }

  /** Stem, three stages of basic blocks, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), inputChannels);
    ResidualBlocks blocks = new ResidualBlocks(net, true, avgDown, zeroGamma);

    Node x = net.add("conv1", Conv2d.of(inputChannels, stemWidth, 3, 1), net.input());
    x = net.add("bn1", BatchNorm.of(stemWidth), x);
    x = net.add("act1", new Relu(), x);
    int channels = stemWidth;
    for (int stage = 1; stage <= 3; stage++) {
      int out = (BASE_WIDTH * widen) << (stage - 1);
      for (int block = 0; block < (depth - 2) / 6; block++) {
        int stride = block == 0 && stage > 1 ? 2 : 1;
        x = blocks.basic("layer" + stage + "." + block, x, channels, out, stride);
        channels = out;
      }
    }
    x = net.add("global_pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(channels, classes, true), x);
    return net.build();
  }
}
