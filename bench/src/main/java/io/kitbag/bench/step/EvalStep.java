package io.kitbag.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.init.Init;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.TorchRuntime;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Logits of a batch, as an evaluation computes them. The loss, which the clock does not see, tells
 * whether executions agree.
 */
final class EvalStep implements Step {

  private final SyntheticBatch batch;
  private final NDManager manager;
  private final Function<NDManager, NDArray> logits;
  private final Runnable close;

  private EvalStep(
      SyntheticBatch batch,
      NDManager manager,
      Function<NDManager, NDArray> logits,
      Runnable close) {
    this.batch = batch;
    this.manager = manager;
    this.logits = logits;
    this.close = close;
  }

  static EvalStep of(Network graph, SyntheticBatch batch, StepSpec spec, StepSettings settings) {
    return spec.execution().isPlain()
        ? plain(graph, batch, spec, settings)
        : compiled(graph, batch, spec, settings);
  }

  private static EvalStep compiled(
      Network graph, SyntheticBatch batch, StepSpec spec, StepSettings settings) {
    InferenceNetwork network =
        InferenceNetwork.of(
            graph,
            Init.XAVIER_UNIFORM.source(graph, settings.seed()),
            spec.policy(),
            Devices.parse(settings.device()),
            Normalization.imageNet());
    return new EvalStep(
        batch,
        network.manager(),
        scope -> network.predict(batch.pixelsNchw(scope)),
        network::close);
  }

  private static EvalStep plain(
      Network graph, SyntheticBatch batch, StepSpec spec, StepSettings settings) {
    ByteBuffer images = batch.normalized(Normalization.imageNet());
    NDManager manager = TorchRuntime.newManager(Devices.parse(settings.device()));
    NetworkBlock closing = new NetworkBlock(graph, Init.XAVIER_UNIFORM, settings.seed());
    NetworkBlock block =
        spec.execution() == Execution.PLAIN ? closing : closing.keepingIntermediates();
    block.initialize(manager, DataType.FLOAT32, batch.shape());
    // As DJL's own predictor does: nothing is recorded for gradients.
    block.freezeParameters(true);
    ParameterStore store = new ParameterStore(manager, false);
    return new EvalStep(
        batch,
        manager,
        scope -> {
          NDArray imagesNchw = scope.create(images.duplicate(), batch.shape(), DataType.FLOAT32);
          return block.forward(store, new NDList(imagesNchw), false).singletonOrThrow();
        },
        () -> {
          block.clear();
          manager.close();
        });
  }

  @Override
  public Outcome run() {
    long start = System.nanoTime();
    long known;
    float[] values;
    try (NDManager scope = manager.newSubManager()) {
      try (NDArray logitsNk = logits.apply(scope)) {
        values = logitsNk.toFloatArray();
      }
      known = System.nanoTime();
    }
    return new Outcome(
        StepSample.between(start, known, known, System.nanoTime()), batch.crossEntropy(values));
  }

  @Override
  public void close() {
    close.run();
  }
}
