package io.kitbag.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.script.ScriptModule;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A step of DJL's operators, with DJL's gradient collector and loss. It starts from normalised fp32
 * images, as DJL's data sets give them.
 */
final class PlainStep implements Step {

  private static final String CLEAR =
      """
      def clear(self: __torch__.M, g: List[Tensor]) -> int:
        torch._foreach_zero_(g)
        return 0
      """;

  private final SyntheticBatch batch;
  private final ByteBuffer images;
  private final NDManager manager;
  private final NetworkBlock block;
  private final ParameterStore store;
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final ScriptModule script;
  private final List<NDArray> weights;
  private final Update update;

  PlainStep(Network network, SyntheticBatch batch, StepSpec spec, StepSettings settings) {
    this.batch = batch;
    images = batch.normalized(Normalization.imageNet());
    manager = TorchRuntime.newManager(Devices.parse(settings.device()));
    NetworkBlock closing = new NetworkBlock(network, Init.XAVIER_UNIFORM, settings.seed());
    block = spec.execution() == Execution.PLAIN ? closing : closing.keepingIntermediates();
    block.initialize(manager, DataType.FLOAT32, batch.shape());
    store = new ParameterStore(manager, false);
    script = ScriptModule.compile(manager, CLEAR);
    List<TensorSpec> trained =
        network.tensors().stream().filter(tensor -> tensor.role().trainable()).toList();
    weights =
        trained.stream()
            .map(tensor -> block.getParameters().get(tensor.name()).getArray())
            .toList();
    update =
        Update.of(
            settings.optimizer(),
            manager,
            trained,
            weights,
            LEARNING_RATE_PER_IMAGE * spec.batch());
  }

  @Override
  public Outcome run() {
    long start = System.nanoTime();
    long lossKnown;
    long gradientsKnown;
    float value;
    try (NDManager scope = manager.newSubManager()) {
      NDArray imagesNchw = scope.create(images.duplicate(), batch.shape(), DataType.FLOAT32);
      NDList labels = new NDList(batch.labels(scope));
      NDArray lossValue;
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        lossValue = loss.evaluate(labels, block.forward(store, new NDList(imagesNchw), true));
        value = lossValue.getFloat();
        lossKnown = System.nanoTime();
        collector.backward(lossValue);
        lossValue.getFloat();
        gradientsKnown = System.nanoTime();
      }
      List<NDArray> gradients = weights.stream().map(NDArray::getGradient).toList();
      update.apply(gradients);
      // The collector adds to gradients that are there.
      script.run(scope, "clear", gradients);
      lossValue.getFloat();
      gradients.forEach(NDArray::close);
    }
    return new Outcome(
        StepSample.between(start, lossKnown, gradientsKnown, System.nanoTime()), value);
  }

  @Override
  public void close() {
    update.close();
    script.close();
    block.clear();
    manager.close();
  }
}
