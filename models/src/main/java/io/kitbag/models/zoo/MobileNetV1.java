package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MobileNet: Howard et al., arXiv 1704.04861, table 1, with layers named as in timm's {@code
 * mobilenetv1_100} and the ReLU6 of the authors' code and timm; GluonCV takes ReLU.
 *
 * @param percent the width multiplier of section 3.3 in hundredths: 100, 75, 50 or 25
 * @param options the stem has 32 channels times the multiplier by default
 */
public record MobileNetV1(int percent, ZooOptions options) {

  static final Family FAMILY = new Names();

  /** Channels of the blocks of each stage; every stage but the first strides. */
  private static final List<List<Integer>> STAGES =
      List.of(
          List.of(64),
          List.of(128, 128),
          List.of(256, 256),
          List.of(512, 512, 512, 512, 512, 512),
          List.of(1024, 1024));

  public MobileNetV1 {
    if (percent < 1) {
      throw new IllegalArgumentException("percent=" + percent + " must be positive");
    }
  }

  public static MobileNetV1 of(int percent) {
    return new MobileNetV1(percent, ZooOptions.classes(1000));
  }

  public MobileNetV1 options(ZooOptions chosen) {
    return new MobileNetV1(percent, chosen);
  }

  /** Such as {@code mobilenet1.0} or {@code mobilenet0.75}, as GluonCV says. */
  public String name() {
    return "mobilenet" + percent / 100.0;
  }

  private int width(int channels) {
    return Layers.multipleOf8(channels * percent / 100.0);
  }

  /** Stem, 13 depthwise separable convolutions, head. */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int in = options.stemWidth().orElse(width(32));
    Node x = net.add("conv_stem", Conv2d.of(options.inputChannels(), in, 3, 2), net.input());
    x = net.add("bn1", BatchNorm.of(in), x);
    x = net.add("act1", Layers.activation(Function.RELU6), x);
    for (int stage = 0; stage < STAGES.size(); stage++) {
      List<Integer> channels = STAGES.get(stage);
      for (int i = 0; i < channels.size(); i++) {
        int out = width(channels.get(i));
        int stride = i == 0 && stage > 0 ? 2 : 1;
        x = separable(layers, "blocks." + stage + "." + i, x, in, out, stride);
        in = out;
      }
    }
    layers.head("classifier", x, in, 0);
    return layers.build();
  }

  /** Depthwise 3×3, then 1×1. */
  private static Node separable(Layers layers, String name, Node x, int in, int out, int stride) {
    Network.Builder net = layers.net();
    Conv2d depthwise = Conv2d.depthwise(in, 3, stride);
    Node y = net.add(name + ".conv_dw", layers.blurrable(depthwise), x);
    y = net.add(name + ".bn1", BatchNorm.of(in), y);
    y = net.add(name + ".act1", Layers.activation(Function.RELU6), y);
    y = layers.blurred(name + ".aa", y, stride);
    y = net.add(name + ".conv_pw", Conv2d.of(in, out, 1, 1), y);
    y = net.add(name + ".bn2", BatchNorm.of(out), y);
    return net.add(name + ".act2", Layers.activation(Function.RELU6), y);
  }

  private static final class Names implements Family {

    private static final Pattern NAME = Pattern.compile("mobilenet(\\d\\.\\d{1,2})");

    @Override
    public List<String> names() {
      return List.of(of(100).name(), of(75).name(), of(50).name(), of(25).name());
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return Set.of(ZooOptions.Part.BLUR_POOL);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      if (!m.matches()) {
        return Optional.empty();
      }
      int percent = (int) Math.round(100 * Double.parseDouble(m.group(1)));
      return Optional.of(of(percent).options(options).network());
    }
  }
}
