package io.kitbag.train.examples;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import io.kitbag.models.zoo.ZooOptions;

/**
 * 3×3 convolutions with batch norm and a halving of the map after each: the style of VGG (arXiv
 * 1409.1556) for images of 32 pixels.
 *
 * @param width channels of the first convolution; each further one has twice as many
 * @param stages convolutions
 * @param classes number of outputs
 */
record SmallVgg(int width, int stages, int classes) {

  SmallVgg {
    if (width < 1 || stages < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "width=%d, stages=%d and classes=%d must be positive".formatted(width, stages, classes));
    }
  }

  /** The network that {@code model.name: small-vgg} stands for. */
  static Network network(ZooOptions options) {
    return new SmallVgg(16, 3, options.classes()).network();
  }

  Network network() {
    Network.Builder net = Network.builder("small-vgg", 3);
    Node x = net.input();
    int in = 3;
    int out = width;
    for (int stage = 1; stage <= stages; stage++) {
      x = net.add("conv" + stage, Conv2d.of(in, out, 3, 1), x);
      x = net.add("bn" + stage, BatchNorm.of(out), x);
      x = net.add("act" + stage, new Relu(), x);
      x = net.add("pool" + stage, new MaxPool(2, 2, 0), x);
      in = out;
      out = 2 * out;
    }
    x = net.add("global_pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(in, classes, true), x);
    return net.build();
  }
}
