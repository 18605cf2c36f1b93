package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Op;

/**
 * What many networks are made of.
 *
 * @param net where the layers go
 */
record Layers(Network.Builder net, ZooOptions options) {

  /**
   * Squeeze-and-excitation (Hu et al., arXiv 1709.01507): global mean, 1×1 convolution, ReLU, 1×1
   * convolution, gate, product.
   *
   * @param name its two convolutions are {@code <name>.fc1} and {@code <name>.fc2}, as in timm and
   *     torchvision
   */
  Node squeezeExcite(String name, Node x, int channels, int squeezed, Op inner, Op gate) {
    return squeezeExcite(name, name + ".fc1", name + ".fc2", x, channels, squeezed, inner, gate);
  }

  /** The same with other names for the two convolutions. */
  Node squeezeExcite(
      String name,
      String reduceConv,
      String expandConv,
      Node x,
      int channels,
      int squeezed,
      Op inner,
      Op gate) {
    Node s = net.add(name + ".pool", new GlobalAvgPool(false), x);
    s = net.add(reduceConv, new Conv2d(channels, squeezed, 1, 1, 0, 1, true), s);
    s = net.add(name + ".act", inner, s);
    s = net.add(expandConv, new Conv2d(squeezed, channels, 1, 1, 0, 1, true), s);
    s = net.add(name + ".gate", gate, s);
    return net.add(name + ".scale", new ChannelScale(), x, s);
  }

  /** The filter after a layer that would have strided, if {@link ZooOptions#blurPool}. */
  Node blurred(String name, Node x, int stride) {
    return blursAt(stride) ? net.add(name, new BlurPool(stride), x) : x;
  }

  /** The convolution itself, or without stride if a filter follows that strides. */
  Conv2d blurrable(Conv2d conv) {
    int stride = conv.stride().height();
    return blursAt(stride) ? conv.withStride(1) : conv;
  }

  boolean blursAt(int stride) {
    return options.blurPool() && stride > 1;
  }

  /**
   * Adds the end of a residual branch to its shortcut.
   *
   * @param block name of the block, the prefix of what is added here
   * @param index of the block in the network, from 0
   * @param blocks of the whole network
   */
  Node join(String block, Node branch, Node shortcut, int index, int blocks) {
    double rate = blocks > 1 ? options.dropPath() * index / (blocks - 1) : options.dropPath();
    Node y = rate > 0 ? net.add(block + ".drop_path", new DropPath(rate), branch) : branch;
    return net.add(block + ".add", new Add(), y, shortcut);
  }

  /** Global mean, dropout, linear layer. */
  void head(String linear, Node x, int channels, double defaultDropout) {
    Node y = net.add("global_pool", new GlobalAvgPool(), x);
    classifier(linear, y, channels, defaultDropout);
  }

  /** Dropout and the linear layer that gives the logits. */
  void classifier(String linear, Node x, int features, double defaultDropout) {
    double rate = options.dropout().orElse(defaultDropout);
    Node y = rate > 0 ? net.add("dropout", new Dropout(rate), x) : x;
    net.add(linear, new Linear(features, options.classes(), true), y);
  }

  /** The network with the normalisation of the options. */
  Network build() {
    return options.normalized(net.build());
  }

  static Activation activation(Activation.Function function) {
    return new Activation(function);
  }

  /**
   * The multiple of 8 nearest to a number of channels, but not less than nine tenths of it: what
   * the MobileNets' authors round with (torchvision and timm: {@code _make_divisible}).
   */
  static int multipleOf8(double channels) {
    int rounded = Math.max(8, (int) (channels + 4) / 8 * 8);
    return rounded < 0.9 * channels ? rounded + 8 : rounded;
  }
}
