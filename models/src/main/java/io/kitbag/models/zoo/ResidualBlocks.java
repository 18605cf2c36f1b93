package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Relu;

/**
 * The residual blocks of He et al. (arXiv 1512.03385, figure 5) with the tweaks of figure 2 of
 * arXiv 1812.01187, the groups of ResNeXt (arXiv 1611.05431) and the options of the zoo. Layers are
 * named as in timm's {@code BasicBlock} and {@code Bottleneck}. Blocks are added in order; not
 * thread-safe.
 */
final class ResidualBlocks {

  /** Output channels of a bottleneck per channel of its 3×3 convolution. */
  static final int BOTTLENECK_EXPANSION = 4;

  private final Network.Builder net;
  private final Layers layers;
  private final ZooOptions options;
  private final Shape shape;
  private final int blocks;
  private int index;

  /**
   * What the blocks of a network have in common.
   *
   * @param strideOn3x3 the bottleneck's stride sits on its 3×3 convolution (tweak B), else on the
   *     first 1×1
   * @param avgDown a shortcut that shrinks averages first and projects with stride 1 (tweak D),
   *     else it projects with the stride
   * @param groups parts of a bottleneck's 3×3 convolution
   * @param widthPerGroup channels of each part in the first stage, where the block hands on 256
   */
  record Shape(boolean strideOn3x3, boolean avgDown, int groups, int widthPerGroup) {

    static final int DEFAULT_WIDTH = 64;

    static Shape plain(boolean avgDown) {
      return new Shape(true, avgDown, 1, DEFAULT_WIDTH);
    }
  }

  /**
   * @param blocks how many will be added
   */
  ResidualBlocks(Layers layers, Shape shape, int blocks) {
    this.net = layers.net();
    this.layers = layers;
    this.options = layers.options();
    this.shape = shape;
    this.blocks = blocks;
  }

  /** conv 3×3 / stride, conv 3×3; for depths 18, 34 and the CIFAR networks. */
  Node basic(String block, Node x, int in, int out, int stride) {
    Node y = convBnRelu(block, 1, x, Conv2d.of(in, out, 3, stride));
    y = lastConvBn(block, 2, y, Conv2d.of(out, out, 3, 1));
    return join(block, 2, y, shortcut(block, x, in, out, stride));
  }

  /** conv 1×1, conv 3×3, conv 1×1; for depths 50 and more. */
  Node bottleneck(String block, Node x, int in, int out, int stride) {
    int planes = out / BOTTLENECK_EXPANSION;
    int width = planes * shape.widthPerGroup() / Shape.DEFAULT_WIDTH * shape.groups();
    int strideOf1x1 = shape.strideOn3x3() ? 1 : stride;
    int strideOf3x3 = shape.strideOn3x3() ? stride : 1;
    Node y = convBnRelu(block, 1, x, Conv2d.of(in, width, 1, strideOf1x1));
    y = convBnRelu(block, 2, y, Conv2d.of(width, width, 3, strideOf3x3).withGroups(shape.groups()));
    y = lastConvBn(block, 3, y, Conv2d.of(width, out, 1, 1));
    return join(block, 3, y, shortcut(block, x, in, out, stride));
  }

  /** Identity where the shapes allow; otherwise a projection. */
  private Node shortcut(String block, Node x, int in, int out, int stride) {
    if (stride == 1 && in == out) {
      return x;
    }
    String name = block + ".downsample.";
    if (!shape.avgDown()) {
      Node y = net.add(name + 0, Conv2d.of(in, out, 1, stride), x);
      return net.add(name + 1, BatchNorm.of(out), y);
    }
    // Where nothing shrinks timm has an identity in place of the pool, hence the same numbers.
    Node y = stride == 1 ? x : net.add(name + 0, new AvgPool(2, stride, true), x);
    y = net.add(name + 1, Conv2d.of(in, out, 1, 1), y);
    return net.add(name + 2, BatchNorm.of(out), y);
  }

  private Node convBnRelu(String block, int number, Node x, Conv2d conv) {
    Node y = net.add(block + ".conv" + number, layers.blurrable(conv), x);
    y = net.add(block + ".bn" + number, BatchNorm.of(conv.out()), y);
    y = net.add(block + ".act" + number, new Relu(), y);
    return layers.blurred(block + ".aa", y, conv.stride().height());
  }

  /** The end of the branch. timm rounds a sixteenth of the channels to a multiple of 8. */
  private Node lastConvBn(String block, int number, Node x, Conv2d conv) {
    BatchNorm norm = BatchNorm.of(conv.out()).withZeroGamma(options.zeroGamma());
    Node y = net.add(block + ".conv" + number, conv, x);
    y = net.add(block + ".bn" + number, norm, y);
    if (!options.squeezeExcite()) {
      return y;
    }
    int squeezed = Math.max(8, (conv.out() / 16 + 4) / 8 * 8);
    return layers.squeezeExcite(
        block + ".se", y, conv.out(), squeezed, new Relu(), Layers.activation(Function.SIGMOID));
  }

  private Node join(String block, int number, Node residual, Node shortcut) {
    Node sum = layers.join(block, residual, shortcut, index++, blocks);
    return net.add(block + ".act" + number, new Relu(), sum);
  }
}
