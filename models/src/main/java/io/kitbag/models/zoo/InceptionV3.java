package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Size;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Inception-V3 for images of 299 pixels: Szegedy et al., arXiv 1512.00567, table 1, with layers
 * named as in torchvision's {@code inception_v3} and its batch norm (ε = 0.001).
 *
 * <p>In training it has a second output, the auxiliary head of section 4; torchvision's reference
 * training adds 0.4 times its loss. That head needs images of about 299 pixels; without it ({@link
 * ZooOptions#auxiliaryHead}) 75 are enough.
 *
 * @param options the first convolution has 32 channels by default; dropout is 0.5 by default, as in
 *     torchvision
 */
public record InceptionV3(ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final String NAME = "inception_v3";

  private static final double DROPOUT = 0.5;
  private static final double EPS = 0.001;

  public static InceptionV3 of() {
    return new InceptionV3(ZooOptions.classes(1000));
  }

  public InceptionV3 options(ZooOptions chosen) {
    return new InceptionV3(chosen);
  }

  /** Stem, eleven modules of five kinds, head. */
  public Network network() {
    Network.Builder net = Network.builder(NAME, options.inputChannels());
    Layers layers = new Layers(net, options);
    Branches to = new Branches(net);
    int stem = options.stemWidth().orElse(32);

    Node x =
        to.conv(
            "Conv2d_1a_3x3",
            net.input(),
            new Conv2d(options.inputChannels(), stem, 3, 2, 0, 1, false));
    x = to.conv("Conv2d_2a_3x3", x, new Conv2d(stem, 32, 3, 1, 0, 1, false));
    x = to.conv("Conv2d_2b_3x3", x, Conv2d.of(32, 64, 3, 1));
    x = net.add("maxpool1", new MaxPool(3, 2, 0), x);
    x = to.conv("Conv2d_3b_1x1", x, Conv2d.of(64, 80, 1, 1));
    x = to.conv("Conv2d_4a_3x3", x, new Conv2d(80, 192, 3, 1, 0, 1, false));
    x = net.add("maxpool2", new MaxPool(3, 2, 0), x);
    x = to.moduleA("Mixed_5b", x, 192, 32);
    x = to.moduleA("Mixed_5c", x, 256, 64);
    x = to.moduleA("Mixed_5d", x, 288, 64);
    x = to.moduleB("Mixed_6a", x, 288);
    x = to.moduleC("Mixed_6b", x, 768, 128);
    x = to.moduleC("Mixed_6c", x, 768, 160);
    x = to.moduleC("Mixed_6d", x, 768, 160);
    x = to.moduleC("Mixed_6e", x, 768, 192);
    if (options.auxiliaryHead()) {
      auxiliaryHead(net, to, x);
    }
    x = to.moduleD("Mixed_7a", x, 768);
    x = to.moduleE("Mixed_7b", x, 1280);
    x = to.moduleE("Mixed_7c", x, 2048);
    layers.head("fc", x, 2048, DROPOUT);
    return layers.build();
  }

  private void auxiliaryHead(Network.Builder net, Branches to, Node x) {
    Node y = net.add("AuxLogits.pool", new AvgPool(5, 3, false), x);
    y = to.conv("AuxLogits.conv0", y, Conv2d.of(768, 128, 1, 1));
    y = to.conv("AuxLogits.conv1", y, new Conv2d(128, 768, 5, 1, 0, 1, false));
    y = net.add("AuxLogits.global_pool", new GlobalAvgPool(), y);
    net.auxiliary(net.add("AuxLogits.fc", new Linear(768, options.classes(), true), y));
  }

  /** The five kinds of modules: figures 5, 10 (one branch), 6, 10 (two branches) and 7. */
  private record Branches(Network.Builder net) {

    Node conv(String name, Node x, Conv2d conv) {
      Node y = net.add(name + ".conv", conv, x);
      y = net.add(name + ".bn", BatchNorm.of(conv.out()).withEps(EPS), y);
      return net.add(name + ".act", new Relu(), y);
    }

    private Node row(String name, Node x, int in, int out, int length) {
      return conv(name, x, strip(in, out, new Size(1, length)));
    }

    private Node column(String name, Node x, int in, int out, int length) {
      return conv(name, x, strip(in, out, new Size(length, 1)));
    }

    private static Conv2d strip(int in, int out, Size kernel) {
      Size padding = new Size(kernel.height() / 2, kernel.width() / 2);
      return new Conv2d(in, out, kernel, Size.square(1), padding, 1, false);
    }

    private static Conv2d shrinking(int in, int out) {
      return new Conv2d(in, out, 3, 2, 0, 1, false);
    }

    private Node pooled(String module, Node x, int in, int out) {
      Node y = net.add(module + ".pool", new AvgPool(3, 1, 1, false), x);
      return conv(module + ".branch_pool", y, Conv2d.of(in, out, 1, 1));
    }

    private Node joined(String name, Node... parts) {
      return net.add(name, new Concat(parts.length), parts);
    }

    Node moduleA(String module, Node x, int in, int pool) {
      String branch = module + ".branch";
      Node a = conv(branch + "1x1", x, Conv2d.of(in, 64, 1, 1));
      Node b = conv(branch + "5x5_1", x, Conv2d.of(in, 48, 1, 1));
      b = conv(branch + "5x5_2", b, Conv2d.of(48, 64, 5, 1));
      Node c = conv(branch + "3x3dbl_1", x, Conv2d.of(in, 64, 1, 1));
      c = conv(branch + "3x3dbl_2", c, Conv2d.of(64, 96, 3, 1));
      c = conv(branch + "3x3dbl_3", c, Conv2d.of(96, 96, 3, 1));
      return joined(module, a, b, c, pooled(module, x, in, pool));
    }

    Node moduleB(String module, Node x, int in) {
      String branch = module + ".branch";
      Node a = conv(branch + "3x3", x, shrinking(in, 384));
      Node b = conv(branch + "3x3dbl_1", x, Conv2d.of(in, 64, 1, 1));
      b = conv(branch + "3x3dbl_2", b, Conv2d.of(64, 96, 3, 1));
      b = conv(branch + "3x3dbl_3", b, shrinking(96, 96));
      return joined(module, a, b, net.add(module + ".pool", new MaxPool(3, 2, 0), x));
    }

    Node moduleC(String module, Node x, int in, int width) {
      String branch = module + ".branch";
      Node a = conv(branch + "1x1", x, Conv2d.of(in, 192, 1, 1));
      Node b = conv(branch + "7x7_1", x, Conv2d.of(in, width, 1, 1));
      b = row(branch + "7x7_2", b, width, width, 7);
      b = column(branch + "7x7_3", b, width, 192, 7);
      Node c = conv(branch + "7x7dbl_1", x, Conv2d.of(in, width, 1, 1));
      c = column(branch + "7x7dbl_2", c, width, width, 7);
      c = row(branch + "7x7dbl_3", c, width, width, 7);
      c = column(branch + "7x7dbl_4", c, width, width, 7);
      c = row(branch + "7x7dbl_5", c, width, 192, 7);
      return joined(module, a, b, c, pooled(module, x, in, 192));
    }

    Node moduleD(String module, Node x, int in) {
      String branch = module + ".branch";
      Node a = conv(branch + "3x3_1", x, Conv2d.of(in, 192, 1, 1));
      a = conv(branch + "3x3_2", a, shrinking(192, 320));
      Node b = conv(branch + "7x7x3_1", x, Conv2d.of(in, 192, 1, 1));
      b = row(branch + "7x7x3_2", b, 192, 192, 7);
      b = column(branch + "7x7x3_3", b, 192, 192, 7);
      b = conv(branch + "7x7x3_4", b, shrinking(192, 192));
      return joined(module, a, b, net.add(module + ".pool", new MaxPool(3, 2, 0), x));
    }

    Node moduleE(String module, Node x, int in) {
      String branch = module + ".branch";
      Node a = conv(branch + "1x1", x, Conv2d.of(in, 320, 1, 1));
      Node b = conv(branch + "3x3_1", x, Conv2d.of(in, 384, 1, 1));
      b =
          joined(
              branch + "3x3_2",
              row(branch + "3x3_2a", b, 384, 384, 3),
              column(branch + "3x3_2b", b, 384, 384, 3));
      Node c = conv(branch + "3x3dbl_1", x, Conv2d.of(in, 448, 1, 1));
      c = conv(branch + "3x3dbl_2", c, Conv2d.of(448, 384, 3, 1));
      c =
          joined(
              branch + "3x3dbl_3",
              row(branch + "3x3dbl_3a", c, 384, 384, 3),
              column(branch + "3x3dbl_3b", c, 384, 384, 3));
      return joined(module, a, b, c, pooled(module, x, in, 192));
    }
  }

  private static final class Names implements Family {

    @Override
    public List<String> names() {
      return List.of(NAME);
    }

    @Override
    public int imageSize() {
      return 299;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return Set.of();
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      return name.equals(NAME) ? Optional.of(new InceptionV3(options).network()) : Optional.empty();
    }
  }
}
