package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Relu;

/**
 * The residual blocks of He et al. (arXiv 1512.03385, figure 5) with the tweaks of figure 2 of
 * arXiv 1812.01187. Layers are named as in timm's {@code BasicBlock} and {@code Bottleneck}.
 *
 * @param net where the layers go
 * @param strideOn3x3 the bottleneck's stride sits on its 3×3 convolution (tweak B), else on the
 *     first 1×1
 * @param avgDown a shortcut that shrinks averages first and projects with stride 1 (tweak D), else
 *     it projects with the stride
 * @param zeroGamma the last normalisation of every block starts at γ = 0 (section 3.1)
 */
record ResidualBlocks(
    Network.Builder net, boolean strideOn3x3, boolean avgDown, boolean zeroGamma) {

  /** Output channels of a bottleneck per channel of its 3×3 convolution. */
  static final int BOTTLENECK_EXPANSION = 4;

  /** conv 3×3 / stride, conv 3×3; for depths 18, 34 and the CIFAR networks. */
  Node basic(String block, Node x, int in, int out, int stride) {
    Node y = convBnRelu(block, 1, x, Conv2d.of(in, out, 3, stride));
    y = lastConvBn(block, 2, y, Conv2d.of(out, out, 3, 1));
    return join(block, 2, y, shortcut(block, x, in, out, stride));
  }

  /** conv 1×1, conv 3×3, conv 1×1; for depths 50 and more. */
  Node bottleneck(String block, Node x, int in, int out, int stride) {
    int width = out / BOTTLENECK_EXPANSION;
    int strideOf1x1 = strideOn3x3 ? 1 : stride;
    int strideOf3x3 = strideOn3x3 ? stride : 1;
    Node y = convBnRelu(block, 1, x, Conv2d.of(in, width, 1, strideOf1x1));
    y = convBnRelu(block, 2, y, Conv2d.of(width, width, 3, strideOf3x3));
    y = lastConvBn(block, 3, y, Conv2d.of(width, out, 1, 1));
    return join(block, 3, y, shortcut(block, x, in, out, stride));
  }

  /** Identity where the shapes allow; otherwise a projection. */
  private Node shortcut(String block, Node x, int in, int out, int stride) {
    if (stride == 1 && in == out) {
      return x;
    }
    String name = block + ".downsample.";
    if (!avgDown) {
      Node y = net.add(name + 0, Conv2d.of(in, out, 1, stride), x);
      return net.add(name + 1, BatchNorm.of(out), y);
    }
    // Where nothing shrinks timm has an identity in place of the pool, hence the same numbers.
    Node y = stride == 1 ? x : net.add(name + 0, new AvgPool(2, stride, true), x);
    y = net.add(name + 1, Conv2d.of(in, out, 1, 1), y);
    return net.add(name + 2, BatchNorm.of(out), y);
  }

  private Node convBnRelu(String block, int number, Node x, Conv2d conv) {
    Node y = net.add(block + ".conv" + number, conv, x);
    y = net.add(block + ".bn" + number, BatchNorm.of(conv.out()), y);
    return net.add(block + ".act" + number, new Relu(), y);
  }

  private Node lastConvBn(String block, int number, Node x, Conv2d conv) {
    Node y = net.add(block + ".conv" + number, conv, x);
    return net.add(block + ".bn" + number, BatchNorm.of(conv.out()).withZeroGamma(zeroGamma), y);
  }

  private Node join(String block, int number, Node residual, Node shortcut) {
    Node sum = net.add(block + ".add", new Add(), residual, shortcut);
    return net.add(block + ".act" + number, new Relu(), sum);
  }
}
