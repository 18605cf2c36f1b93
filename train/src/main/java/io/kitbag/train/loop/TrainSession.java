package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.augment.ImageBatch;
import io.kitbag.models.DrawKey;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.optim.GradientClip;
import io.kitbag.optim.GradientSum;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.SharpnessAware;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.LossScaler;
import io.kitbag.precision.Normalization;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The native side of a run: compiled network, optimizer, loss scaler and loss, and the step that
 * takes a batch through them. One thread; close it to free the device's memory.
 */
final class TrainSession implements AutoCloseable {

  /** Dynamic scaling from 65536 down to the smallest fp32 number passes far fewer good steps. */
  private static final int MAX_SKIPS_IN_A_ROW = 50;

  private final CompiledNetwork network;
  private final Optimizer optimizer;
  private final LossScaler scaler;
  private final Objective objective;
  private final double auxiliaryWeight;
  private final Optional<GradientClip> clip;
  private final Optional<SharpnessAware> sharpness;
  private final GradientSum sum;
  private final int accumulate;
  private final Averaging averaging;
  private final LearningRate rates;
  private final Meters meters;
  private final LossMeter losses;
  private Optional<SkippedStep> lastSkip = Optional.empty();

  TrainSession(TrainingParts parts, Recipe recipe, Epochs epochs, Meters meters) {
    var normalization = recipe.data().normalization();
    this.network =
        CompiledNetwork.of(
            parts.network(),
            parts.policy(),
            parts.device(),
            new Normalization(normalization.mean(), normalization.std()));
    NDManager manager = network.manager();
    network.freeze(parts.parameterGroups()::isFrozen);
    this.optimizer =
        parts
            .updateRule()
            .optimizer(manager, parts.parameterGroups(), network.trainedSpecs(), network.trained());
    this.scaler = new LossScaler(parts.policy().lossScaling(), manager);
    this.objective = Objective.of(parts, recipe.distill(), manager);
    this.auxiliaryWeight = recipe.loss().auxiliaryWeight();
    this.clip = GradientParts.clip(recipe.optimizer(), network);
    this.sharpness = GradientParts.sharpness(recipe.optimizer(), network);
    this.sum = new GradientSum(manager);
    this.accumulate = recipe.optimizer().accumulate();
    this.averaging = new Averaging(network, optimizer, parts.averaging().rule(epochs), recipe);
    Schedule schedule = parts.averaging().schedule(parts.schedule().over(epochs), epochs);
    this.rates = new LearningRate(schedule, parts.schedule().lowering());
    this.meters = meters;
    this.losses = new LossMeter(manager);
    meters.lossScale(scaler.scale());
  }

  CompiledNetwork network() {
    return network;
  }

  LossScaler scaler() {
    return scaler;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** Why the last step was left out, if it was. */
  Optional<SkippedStep> lastSkip() {
    return lastSkip;
  }

  Averaging averaging() {
    return averaging;
  }

  /** The mean training loss since this was last asked; waits for the device. */
  double takeMeanLoss() {
    double mean = losses.takeMean();
    meters.loss(mean);
    return mean;
  }

  /** The mean training loss since it was last taken, as far as it is known; NaN if it is not. */
  double meanLoss() {
    return losses.mean();
  }

  /** What decides the learning rate. */
  LearningRate rates() {
    return rates;
  }

  /** The learning rate of the next step: skipped steps do not move the schedule. */
  double learningRate() {
    return rates.at(optimizer.steps());
  }

  /**
   * Takes one step: the scaled gradients of as many batches as make a step, then unscaling,
   * clipping, update.
   *
   * @param batches called once for each batch; closed here
   * @param key what the network drops in this step
   * @throws KitbagException if the loss is not finite where no loss scaling could mend it, or too
   *     many steps in a row had to be skipped; the weights are then as before the step
   */
  void step(Supplier<ImageBatch> batches, DrawKey key) {
    try (NDManager scope = network.manager().newSubManager()) {
      NDList gradients =
          accumulate == 1 ? backward(batches, scope, key) : backwardAll(batches, scope, key);
      update(gradients, scope);
    }
  }

  /** All batches of a step. Nothing but a climb changes weights between them. */
  private NDList backwardAll(Supplier<ImageBatch> batches, NDManager scope, DrawKey key) {
    boolean weightsStay = sharpness.isEmpty();
    if (weightsStay) {
      network.holdCopies();
    }
    try {
      NDList gradients = backward(batches, scope, key);
      for (int i = 1; i < accumulate; i++) {
        try (NDManager ofBatch = scope.newSubManager()) {
          sum.add(gradients, backward(batches, ofBatch, DrawKey.of(key.value(), i)));
        }
      }
      return gradients;
    } finally {
      if (weightsStay) {
        network.releaseCopies();
      }
    }
  }

  /** One batch's part of a step: logits, loss, scaled gradients. */
  private NDList backward(Supplier<ImageBatch> batches, NDManager scope, DrawKey key) {
    try (ImageBatch images = batches.get()) {
      long start = System.nanoTime();
      DeviceBatch batch = DeviceBatch.of(images, scope);
      NDList outputsNk = network.train(batch.imagesNchw(), key);
      int classes = Math.toIntExact(outputsNk.get(0).getShape().get(1));
      NDArray targets = batch.targets(images, classes, scope);
      NDList lossPerOutput = objective.of(scope, batch.imagesNchw(), outputsNk, targets);
      NDArray loss = lossPerOutput.get(0);
      requireFinite(loss, batch, key);
      long forward = System.nanoTime();
      NDList gradients = gradients(lossPerOutput);
      if (sharpness.isPresent()) {
        sharpness.get().climb(gradients);
        NDList again = network.train(batch.imagesNchw(), key);
        gradients = gradients(objective.of(scope, batch.imagesNchw(), again, targets));
        sharpness.get().descend();
      }
      long backward = System.nanoTime();
      losses.add(loss);
      meters.time(Phase.FORWARD, forward - start);
      meters.time(Phase.BACKWARD, backward - forward);
      meters.images(images.size());
      return gradients;
    }
  }

  /** The loss of each output: logits, then those of an auxiliary head. */
  private NDList gradients(NDList lossOfEach) {
    double scale = scaler.scale() / accumulate;
    return network.gradients(lossOfEach, scale, scale * auxiliaryWeight);
  }

  private void update(NDList gradients, NDManager scope) {
    long start = System.nanoTime();
    double rate = learningRate();
    double scale = scaler.scale();
    boolean finite = scaler.unscale(gradients);
    if (finite) {
      clip.ifPresent(norm -> norm.clip(scope, gradients));
      optimizer.step(gradients, rate);
      averaging.update();
    }
    scaler.update(finite);
    meters.time(Phase.OPTIMIZER, System.nanoTime() - start);
    meters.step(rate);
    meters.lossScale(scaler.scale());
    lastSkip = finite ? Optional.empty() : Optional.of(skipped(gradients, scale));
  }

  private SkippedStep skipped(NDList gradients, double scale) {
    meters.skippedStep();
    List<String> bad =
        scaler.nonFinite(gradients).stream()
            .map(i -> network.trainedSpecs().get(i).name())
            .toList();
    SkippedStep skip = new SkippedStep(scale, scaler.scale(), bad, gradients.size());
    if (scaler.overflowsInARow() == MAX_SKIPS_IN_A_ROW) {
      throw new KitbagException(
          ExitCode.NUMERICS,
          "%d steps in a row were skipped: %s; lower the learning rate or use bf16"
              .formatted(MAX_SKIPS_IN_A_ROW, skip));
    }
    return skip;
  }

  /** With loss scaling a bad loss shows in the gradients; on a GPU reading it would cost a wait. */
  private void requireFinite(NDArray loss, DeviceBatch batch, DrawKey key) {
    if (!scaler.isDisabled() || network.device().isGpu() || Float.isFinite(loss.getFloat())) {
      return;
    }
    String where =
        network
            .firstNonFinite(batch.imagesNchw(), key)
            .map(name -> "the first value that is not finite is in " + name)
            .orElse("all values inside the network are finite, the loss itself is not");
    throw new KitbagException(
        ExitCode.NUMERICS,
        "the loss is %s at learning rate %s: %s; lower schedule.learningRate or lengthen schedule.warmupEpochs"
            .formatted(loss.getFloat(), learningRate(), where));
  }

  /** Copies of what is not the network's, by name: the optimizer's state and the average. */
  Map<String, HostTensor> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
    averaging.addTo(state);
    return network.copy(List.copyOf(state.keySet()), new NDList(state.values()));
  }

  /** Begins with first weights. */
  void begin(TensorSource weights) {
    network.load(weights);
    averaging.begin();
  }

  /**
   * Continues from saved tensors.
   *
   * @throws IllegalArgumentException if they are not of this optimizer or this kind of average
   */
  void load(Map<String, HostTensor> weights, Map<String, HostTensor> state) {
    network.load(weights);
    try (NDManager scope = network.manager().newSubManager()) {
      Map<String, NDArray> ofOptimizer = new LinkedHashMap<>();
      Map<String, NDArray> ofAverage = new LinkedHashMap<>();
      state.forEach(
          (name, tensor) -> {
            NDArray array = tensor.toArray(scope);
            if (name.startsWith(Checkpoint.AVERAGE)) {
              ofAverage.put(name.substring(Checkpoint.AVERAGE.length()), array);
            } else {
              ofOptimizer.put(name, array);
            }
          });
      optimizer.load(ofOptimizer);
      averaging.load(ofAverage);
    }
  }

  @Override
  public void close() {
    averaging.close();
    sum.close();
    clip.ifPresent(GradientClip::close);
    objective.close();
    sharpness.ifPresent(SharpnessAware::close);
    scaler.close();
    optimizer.close();
    network.close();
  }
}
