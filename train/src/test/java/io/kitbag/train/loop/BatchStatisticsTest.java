package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BatchStatisticsTest {

  private static final int CHANNELS = 3;
  private static final int BATCHES = 3;

  /** Batch norm in front of all else: its statistics are those of the pixels. */
  private static Network network() {
    Network.Builder g = Network.builder("norm", CHANNELS);
    Node norm = g.add("norm", BatchNorm.of(CHANNELS).withMomentum(0.3), g.input());
    Node pool = g.add("pool", new GlobalAvgPool(), norm);
    g.add("fc", new Linear(CHANNELS, 2, true), pool);
    return g.build();
  }

  /** Float32 sums over 8192 pixels of at most 255 are exact to some 1e-6 of their value. */
  @Test
  void isThePlainMeanOfTheBatchesStatistics() {
    Pipeline images = Pipeline.of(BuiltIn.train(0, 8 * BATCHES)).batchSize(8).build();
    double[] mean = new double[CHANNELS];
    double[] variance = new double[CHANNELS];
    try (EpochBatches batches = images.epoch(0)) {
      while (batches.hasNext()) {
        try (ImageBatch batch = batches.next()) {
          add(batch, mean, variance);
        }
      }
    }
    try (CompiledNetwork network =
            CompiledNetwork.of(
                network(), Policy.fp32(), Device.cpu(), Normalization.none(CHANNELS));
        EpochBatches batches = images.epoch(0)) {
      network.load(Init.KAIMING_NORMAL.values(network.network(), 1));
      long seen =
          BatchStatistics.estimate(
              network,
              batches,
              SmallRuns.options(Path.of("none"), false, OptionalLong.empty()).progress());
      assertThat(seen).isEqualTo(BATCHES);
      Map<String, HostTensor> values = network.values();
      for (int c = 0; c < CHANNELS; c++) {
        assertThat((double) values.get("norm.running_mean").toFloats()[c])
            .isCloseTo(mean[c] / BATCHES, within(1e-5 * mean[c]));
        assertThat((double) values.get("norm.running_var").toFloats()[c])
            .isCloseTo(variance[c] / BATCHES, within(1e-5 * variance[c]));
      }
    }
  }

  private static void add(ImageBatch batch, double[] means, double[] variances) {
    float[] values;
    int images = batch.size();
    try (NDManager manager = TorchRuntime.newManager(Device.cpu())) {
      values = batch.toNDArray(manager).toType(DataType.FLOAT32, true).toFloatArray();
    }
    int plane = values.length / images / CHANNELS;
    for (int c = 0; c < CHANNELS; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < images; i++) {
        for (int p = 0; p < plane; p++) {
          double value = values[(i * CHANNELS + c) * plane + p];
          sum += value;
          squares += value * value;
        }
      }
      double n = (double) images * plane;
      means[c] += sum / n;
      variances[c] += (squares - sum * sum / n) / (n - 1);
    }
  }
}
