package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MobileNetV2: Sandler et al., arXiv 1801.04381, table 2, with layers named as in torchvision's
 * {@code mobilenet_v2}.
 *
 * @param percent the width multiplier in hundredths
 * @param options the stem has 32 channels times the multiplier by default; dropout is 0.2 by
 *     default, as in torchvision
 */
public record MobileNetV2(int percent, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final double DROPOUT = 0.2;
  private static final int LAST_WIDTH = 1280;

  /** A row of table 2: expansion t, channels c, repetitions n, stride s of the first. */
  private record Stage(int expansion, int channels, int repetitions, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

  private static final int BLOCKS = STAGES.stream().mapToInt(Stage::repetitions).sum();

  public MobileNetV2 {
    if (percent < 1) {
      throw new IllegalArgumentException("percent=" + percent + " must be positive");
    }
  }

  public static MobileNetV2 of(int percent) {
    return new MobileNetV2(percent, ZooOptions.classes(1000));
  }

  public MobileNetV2 options(ZooOptions chosen) {
    return new MobileNetV2(percent, chosen);
  }

  /** {@code mobilenet_v2}, or such as {@code mobilenet_v2_0.75}. */
  public String name() {
    return "mobilenet_v2" + (percent == 100 ? "" : "_" + percent / 100.0);
  }

  private int width(int channels) {
    return Layers.multipleOf8(channels * percent / 100.0);
  }

  /** Stem, 17 inverted residuals, a last 1×1 convolution, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int in = options.stemWidth().orElse(width(32));
    Conv2d stem = Conv2d.of(options.inputChannels(), in, 3, 2);
    Node x = convBnRelu6(net, "features.0", net.input(), stem);
    int index = 0;
    for (Stage stage : STAGES) {
      int out = width(stage.channels());
      for (int i = 0; i < stage.repetitions(); i++) {
        int stride = i == 0 ? stage.stride() : 1;
        x = inverted(layers, index++, x, in, out, stage.expansion(), stride);
        in = out;
      }
    }
    int last = Math.max(LAST_WIDTH, width(LAST_WIDTH));
    x = convBnRelu6(net, "features." + (index + 1), x, Conv2d.of(in, last, 1, 1));
    layers.head("classifier.1", x, last, DROPOUT);
    return layers.build();
  }

  /** Figure 4: 1×1 that expands, depthwise 3×3, 1×1 without activation, sum if nothing shrinks. */
  private Node inverted(
      Layers layers, int index, Node x, int in, int out, int expansion, int stride) {
    Network.Builder net = layers.net();
    String block = "features." + (index + 1);
    String name = block + ".conv.";
    int hidden = in * expansion;
    int part = 0;
    Node y = x;
    if (expansion > 1) {
      y = convBnRelu6(net, name + part++, y, Conv2d.of(in, hidden, 1, 1));
    }
    Conv2d depthwise = Conv2d.depthwise(hidden, 3, stride);
    y = convBnRelu6(net, name + part++, y, layers.blurrable(depthwise));
    y = layers.blurred(block + ".aa", y, stride);
    boolean residual = stride == 1 && in == out;
    y = net.add(name + part++, Conv2d.of(hidden, out, 1, 1), y);
    y = net.add(name + part, BatchNorm.of(out).withZeroGamma(residual && options.zeroGamma()), y);
    return residual ? layers.join(block, y, x, index, BLOCKS) : y;
  }

  private static Node convBnRelu6(Network.Builder net, String name, Node x, Conv2d conv) {
    Node y = net.add(name + ".0", conv, x);
    y = net.add(name + ".1", BatchNorm.of(conv.out()), y);
    return net.add(name + ".2", Layers.activation(Function.RELU6), y);
  }

  private static final class Names implements Family {

    private static final Pattern NAME = Pattern.compile("mobilenet_v2(?:_(\\d\\.\\d{1,2}))?");

    @Override
    public List<String> names() {
      return List.of(of(100).name(), of(75).name(), of(50).name(), of(25).name());
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.of(ZooOptions.Part.BLUR_POOL, ZooOptions.Part.DROP_PATH);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      if (!m.matches()) {
        return Optional.empty();
      }
      double width = m.group(1) == null ? 1 : Double.parseDouble(m.group(1));
      return Optional.of(of((int) Math.round(100 * width)).options(options).network());
    }
  }
}
