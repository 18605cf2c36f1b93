package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.models.DrawKey;
import io.kitbag.optim.loss.Loss;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.LossScaler;
import io.kitbag.precision.NetworkTrace;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The first steps of a recipe as training takes them, without a run directory: for tools that look
 * at what happens in a step. One thread; close it.
 */
public final class Rehearsal implements AutoCloseable {

  private final Recipe recipe;
  private final Pipelines pipelines;
  private final Meters meters;
  private final TrainSession session;
  private final Loss loss;

  /**
   * Begins with the recipe's first weights.
   *
   * @param messages gets a line about where they come from, if that is a file
   */
  public Rehearsal(
      Recipe recipe,
      TrainingParts parts,
      Pipelines pipelines,
      Meters meters,
      Consumer<String> messages) {
    this.recipe = recipe;
    this.pipelines = pipelines;
    this.meters = meters;
    if (stepsPerEpoch() < 1) {
      throw new KitbagException(
          ExitCode.DATA,
          "%d training images do not make one step; lower batchSize %d or optimizer.accumulate %d"
              .formatted(
                  pipelines.train().dataset().size(),
                  recipe.batchSize(),
                  recipe.optimizer().accumulate()));
    }
    this.session = new TrainSession(parts, recipe, new Epochs(stepsPerEpoch()), meters);
    this.loss = parts.loss().compile(session.network().manager());
    session.begin(FirstWeights.of(recipe, parts.network(), pipelines.train(), messages));
  }

  /** Looks at steps. */
  public interface Observer {

    /**
     * Before a step.
     *
     * @param step counted from 0
     * @param imagesNchw the images of its first batch on the device; open during the call only
     * @param targets what the network shall answer, as for {@link Loss#of}
     */
    void before(int step, NDArray imagesNchw, NDArray targets);

    /** After it. */
    void after(int step);
  }

  /** What is trained, with its present weights. */
  public CompiledNetwork network() {
    return session.network();
  }

  /**
   * What a step on these images would differentiate: the values of all nodes and their gradients.
   *
   * @param step what the network drops depends on it
   * @param scale multiplies the gradients
   */
  public NetworkTrace.Gradients gradients(
      NetworkTrace trace,
      int step,
      NDArray imagesNchw,
      NDArray targets,
      double scale,
      Consumer<NetworkTrace.Forward> values) {
    NetworkTrace.Forward forward = trace.forward(imagesNchw, key(step));
    values.accept(forward);
    NDList losses = new NDList();
    for (NDArray outputNk : forward.outputs()) {
      losses.add(loss.of(imagesNchw.getManager(), outputNk, targets));
    }
    return trace.gradients(forward, losses, scale, scale * recipe.loss().auxiliaryWeight());
  }

  private DrawKey key(int step) {
    return DrawKey.of(recipe.seed(), step);
  }

  /** The state of loss scaling. */
  public LossScaler scaler() {
    return session.scaler();
  }

  /** The learning rate of the next step. */
  public double learningRate() {
    return session.learningRate();
  }

  /** Takes steps; the meters say how long their parts took. */
  public void run(int steps, Observer observer) {
    int done = 0;
    for (int epoch = 0; done < steps; epoch++) {
      try (EpochBatches batches = pipelines.train(epoch).epoch(epoch, 0)) {
        for (int i = 0; i < stepsPerEpoch() && done < steps; i++) {
          step(done, batches, observer);
          observer.after(done++);
        }
      }
    }
  }

  private int stepsPerEpoch() {
    return pipelines.train().batchesPerEpoch() / recipe.optimizer().accumulate();
  }

  private void step(int step, EpochBatches batches, Observer observer) {
    AtomicBoolean first = new AtomicBoolean(true);
    session.step(
        () -> {
          long waited = batches.waitNanos();
          ImageBatch batch = batches.next();
          meters.time(Phase.DATA, batches.waitNanos() - waited);
          if (first.getAndSet(false)) {
            show(step, batch, observer);
          }
          return batch;
        },
        key(step));
  }

  private void show(int step, ImageBatch images, Observer observer) {
    try (NDManager scope = session.network().manager().newSubManager()) {
      DeviceBatch batch = DeviceBatch.of(images, scope);
      int classes = pipelines.train().dataset().classes().size();
      observer.before(step, batch.imagesNchw(), batch.targets(images, classes, scope));
    }
  }

  @Override
  public void close() {
    loss.close();
    session.close();
  }
}
