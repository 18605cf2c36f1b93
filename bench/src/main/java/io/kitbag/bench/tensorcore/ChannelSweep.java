package io.kitbag.bench.tensorcore;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.bench.step.Statistics;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Loss;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One layer at several widths: where a processor's vector or matrix units want multiples of 8 (or
 * 16, or 64), the time per multiply-add steps down at them.
 *
 * <p>The layer is a 3 × 3 convolution with as many outputs as inputs, forward and backward, in the
 * middle of two of its kind so that both of its gradients are computed.
 *
 * @param imageSize height and width of the maps
 * @param batch images at once
 */
public record ChannelSweep(int imageSize, int batch) {

  private static final int KERNEL = 3;
  private static final int LAYERS = 3;
  private static final int CLASSES = 8;
  private static final int STEPS = 3;

  /**
   * What a width costs.
   *
   * @param channels in and out
   * @param ms of a step, median of the rounds
   * @param gflops 10⁹ operations per second
   */
  public record Width(int channels, double ms, double gflops) {}

  /** ResNet's third stage at 224 px, a batch that fills a GPU's units. */
  public static ChannelSweep standard() {
    return new ChannelSweep(14, 32);
  }

  /** Measures every width once a round, in this process. */
  public List<Width> run(List<Integer> widths, Policy policy, Device device, int rounds) {
    List<Bench> benches = new ArrayList<>();
    try {
      widths.forEach(channels -> benches.add(new Bench(channels, policy, device)));
      List<List<Double>> seconds =
          Stream.generate(() -> (List<Double>) new ArrayList<Double>())
              .limit(benches.size())
              .toList();
      benches.forEach(Bench::step);
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < benches.size(); i++) {
          seconds.get(i).add(benches.get(i).seconds());
        }
      }
      List<Width> measured = new ArrayList<>();
      for (int i = 0; i < benches.size(); i++) {
        double median = Statistics.median(seconds.get(i));
        measured.add(
            new Width(widths.get(i), 1e3 * median, benches.get(i).operations() / median / 1e9));
      }
      return measured;
    } finally {
      benches.forEach(Bench::close);
    }
  }

  /** Widths as text, a line each, with a bar for the rate. */
  public static String table(List<Width> widths) {
    double best = widths.stream().mapToDouble(Width::gflops).max().orElse(1);
    return widths.stream()
        .map(
            width ->
                "%5d channels %9.2f ms %9.1f GFLOP/s  %s"
                    .formatted(
                        width.channels(),
                        width.ms(),
                        width.gflops(),
                        "#".repeat((int) Math.round(40 * width.gflops() / best))))
        .collect(Collectors.joining("\n"));
  }

  private final class Bench {

    private final long macs;
    private final CompiledNetwork net;
    private final Loss loss;
    private final NDArray images;
    private final NDArray labels;

    Bench(int channels, Policy policy, Device device) {
      Network graph = graph(channels);
      macs = graph.summary(imageSize, imageSize).macs();
      net = CompiledNetwork.of(graph, policy, device, Normalization.none(channels));
      net.load(Init.XAVIER_UNIFORM.source(graph, 0));
      loss = CrossEntropy.plain().compile(net.manager());
      images = net.manager().randomUniform(-1, 1, new Shape(batch, channels, imageSize, imageSize));
      labels = net.manager().create(new long[batch]);
    }

    private Network graph(int channels) {
      Network.Builder net = Network.builder("layers", channels);
      Node x = net.input();
      for (int i = 0; i < LAYERS; i++) {
        x = net.add("conv" + i, Conv2d.of(channels, channels, KERNEL, 1), x);
      }
      x = net.add("pool", new GlobalAvgPool(), x);
      net.add("fc", new Linear(channels, CLASSES, true), x);
      return net.build();
    }

    /** The first layer's input needs no gradient. */
    double operations() {
      return 2.0 * macs * batch * (3 * LAYERS - 1) / LAYERS;
    }

    double seconds() {
      long start = System.nanoTime();
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      return (System.nanoTime() - start) / 1e9 / STEPS;
    }

    void step() {
      try (NDManager scope = net.manager().newSubManager()) {
        NDArray logits = net.train(images);
        NDArray value = loss.of(scope, logits, labels);
        NDList gradients = net.gradients(value, 1);
        gradients.get(0).get("0, 0, 0, 0").getFloat();
        gradients.close();
        logits.close();
      }
    }

    void close() {
      images.close();
      labels.close();
      loss.close();
      net.close();
    }
  }
}
