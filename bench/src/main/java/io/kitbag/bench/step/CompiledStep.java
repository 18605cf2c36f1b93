package io.kitbag.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Loss;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.LossScaler;
import io.kitbag.precision.Normalization;

/** A step of the compiled execution, from uint8 images on. */
final class CompiledStep implements Step {

  private final SyntheticBatch batch;
  private final CompiledNetwork network;
  private final Loss loss;
  private final LossScaler scaler;
  private final Update update;

  CompiledStep(Network graph, SyntheticBatch batch, StepSpec spec, StepSettings settings) {
    this.batch = batch;
    network =
        CompiledNetwork.of(
            graph, spec.policy(), Devices.parse(settings.device()), Normalization.imageNet());
    network.load(Init.XAVIER_UNIFORM.source(graph, settings.seed()));
    loss = CrossEntropy.plain().compile(network.manager());
    scaler = new LossScaler(network.policy().lossScaling(), network.manager());
    update =
        Update.of(
            settings.optimizer(),
            network.manager(),
            network.parameterSpecs(),
            network.parameters(),
            LEARNING_RATE_PER_IMAGE * spec.batch());
  }

  @Override
  public Outcome run() {
    long start = System.nanoTime();
    long lossKnown;
    long gradientsKnown;
    float value;
    try (NDManager scope = network.manager().newSubManager()) {
      NDArray images = batch.pixelsNchw(scope);
      NDArray labels = batch.labels(scope);
      NDList losses = new NDList();
      try (NDList outputs = network.train(images, new DrawKey(0))) {
        outputs.forEach(logits -> losses.add(loss.of(scope, logits, labels)));
      }
      NDArray lossValue = losses.get(0);
      value = lossValue.getFloat();
      lossKnown = System.nanoTime();
      NDList gradients = network.gradients(losses, scaler.scale(), scaler.scale());
      lossValue.getFloat();
      gradientsKnown = System.nanoTime();
      boolean finite = scaler.unscale(gradients);
      if (finite) {
        update.apply(gradients);
      }
      scaler.update(finite);
      lossValue.getFloat();
    }
    return new Outcome(
        StepSample.between(start, lossKnown, gradientsKnown, System.nanoTime()), value);
  }

  @Override
  public void close() {
    update.close();
    scaler.close();
    loss.close();
    network.close();
  }
}
