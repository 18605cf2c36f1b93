package io.kitbag.models.zoo;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Scale;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network of the fastest trainings on CIFAR-10: Jordan, "94% on CIFAR-10 in 3.29 Seconds on a
 * Single GPU" (arXiv 2404.00498), section 3.1. It is for 32 px.
 *
 * <p>A convolution of 2×2 that whitens its input ({@code model.whitenImages} fills it), three
 * blocks of conv, pool, norm, GELU, conv, norm, GELU, a last pool and a linear layer whose logits
 * are divided by 9. Half of the multiply-adds of a network that pools after the first norm are
 * saved, since each block's second convolution sees a quarter of the pixels.
 *
 * @param width1 channels of the first block, 64 in airbench94
 * @param width2 of the second, 256 in airbench94
 * @param width3 of the third, 256 in airbench94
 * @param options 10 classes by default; the stem's width, if chosen, is that of the whitening
 *     convolution, which then cannot whiten
 */
public record Airbench(int width1, int width2, int width3, ZooOptions options) {

  static final Family FAMILY = new Names();

  private static final int WHITEN_KERNEL = 2;
  private static final double BN_MOMENTUM = 0.4; // 1 - 0.6 in the original's convention
  private static final double LOGIT_SCALE = 1.0 / 9;
  private static final int LAST_POOL = 3;

  public Airbench {
    if (width1 < 1 || width2 < 1 || width3 < 1) {
      throw new IllegalArgumentException(
          "widths=[%d, %d, %d] must be positive".formatted(width1, width2, width3));
    }
  }

  /** airbench94: 94 % in about ten epochs. */
  public static Airbench of94() {
    return new Airbench(64, 256, 256, ZooOptions.classes(10));
  }

  /** airbench95: twice and one and a half times as wide. */
  public static Airbench of95() {
    return new Airbench(128, 384, 384, ZooOptions.classes(10));
  }

  public Airbench options(ZooOptions chosen) {
    return new Airbench(width1, width2, width3, chosen);
  }

  /** Such as {@code airbench94}, or {@code airbench_64_192_192} for other widths. */
  public String name() {
    if (equals(of94().options(options))) {
      return "airbench94";
    }
    return equals(of95().options(options))
        ? "airbench95"
        : "airbench_" + width1 + "_" + width2 + "_" + width3;
  }

  /**
   * The network; its weights are named {@code whiten}, {@code layer<1-3>.conv<1-2>} and {@code fc}.
   */
  public Network network() {
    Network.Builder net = Network.builder(name(), options.inputChannels());
    Layers layers = new Layers(net, options);
    int whitened =
        options.stemWidth().orElse(2 * options.inputChannels() * WHITEN_KERNEL * WHITEN_KERNEL);
    Node x =
        net.add(
            "whiten",
            new Conv2d(options.inputChannels(), whitened, WHITEN_KERNEL, 1, 0, 1, true),
            net.input());
    x = net.add("whiten_act", new Activation(Function.GELU), x);
    x = block(net, "layer1", x, whitened, width1);
    x = block(net, "layer2", x, width1, width2);
    x = block(net, "layer3", x, width2, width3);
    x = net.add("pool", new MaxPool(LAST_POOL, LAST_POOL, 0), x);
    x = net.add("global_pool", new GlobalAvgPool(), x);
    if (options.dropout().orElse(0) > 0) {
      x = net.add("dropout", new Dropout(options.dropout().getAsDouble()), x);
    }
    x = net.add("fc", new Linear(width3, options.classes(), false), x);
    net.add("scale", new Scale(LOGIT_SCALE), x);
    return layers.build();
  }

  private static Node block(Network.Builder net, String name, Node input, int in, int out) {
    Node x = net.add(name + ".conv1", Conv2d.of(in, out, 3, 1), input);
    x = net.add(name + ".pool", new MaxPool(2, 2, 0), x);
    x = normalized(net, name, 1, x, out);
    x = net.add(name + ".conv2", Conv2d.of(out, out, 3, 1), x);
    return normalized(net, name, 2, x, out);
  }

  private static Node normalized(Network.Builder net, String block, int i, Node x, int channels) {
    Node y = net.add(block + ".bn" + i, BatchNorm.of(channels).withMomentum(BN_MOMENTUM), x);
    return net.add(block + ".act" + i, new Activation(Function.GELU), y);
  }

  private static final class Names implements Family {

    private static final Pattern NAME =
        Pattern.compile("airbench(?:(94|95)|_(\\d{1,4})_(\\d{1,4})_(\\d{1,4}))");

    @Override
    public List<String> names() {
      return List.of(of94().name(), of95().name());
    }

    @Override
    public int imageSize() {
      return 32;
    }

    @Override
    public Set<ZooOptions.Part> parts() {
      return EnumSet.noneOf(ZooOptions.Part.class);
    }

    @Override
    public Optional<Network> network(String name, ZooOptions options) {
      Matcher m = NAME.matcher(name);
      return m.matches() ? Optional.of(named(m).options(options).network()) : Optional.empty();
    }

    private static Airbench named(Matcher m) {
      if (m.group(1) != null) {
        return m.group(1).equals("94") ? of94() : of95();
      }
      return new Airbench(
          Integer.parseInt(m.group(2)),
          Integer.parseInt(m.group(3)),
          Integer.parseInt(m.group(4)),
          ZooOptions.classes(1));
    }
  }
}
