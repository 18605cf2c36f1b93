package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.optim.loss.Distillation;
import io.kitbag.optim.loss.Loss;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.train.recipe.DistillRecipe;

/** What is minimised: a loss on the labels, or on them and a teacher's answers. */
interface Objective extends AutoCloseable {

  /**
   * The mean losses of a batch, recorded for autograd: one for each output.
   *
   * @param scope owns the results
   * @param imagesNchw what the logits are of, augmented and mixed
   * @param outputsNk logits, and those of an auxiliary output if there is one
   */
  NDList of(NDManager scope, NDArray imagesNchw, NDList outputsNk, NDArray targets);

  @Override
  void close();

  /** The objective of a run; its native memory is in {@code manager}'s engine, freed by close. */
  static Objective of(TrainingParts parts, DistillRecipe distill, NDManager manager) {
    return parts
        .teacher()
        .<Objective>map(
            teacher ->
                new Distilled(
                    teacher,
                    new Distillation(
                        parts.loss(),
                        distill.temperature(),
                        distill.weights().hard(),
                        distill.weights().soft()),
                    manager))
        .orElseGet(() -> new Plain(parts.loss().compile(manager)));
  }

  /** A loss on the labels alone. */
  record Plain(Loss loss) implements Objective {

    @Override
    public NDList of(NDManager scope, NDArray imagesNchw, NDList outputsNk, NDArray targets) {
      NDList losses = new NDList();
      outputsNk.forEach(logitsNk -> losses.add(loss.of(scope, logitsNk, targets)));
      return losses;
    }

    @Override
    public void close() {
      loss.close();
    }
  }

  /**
   * With a teacher, which sees each batch with its running statistics and without autograd. An
   * auxiliary output learns from the labels alone.
   */
  final class Distilled implements Objective {

    private final InferenceNetwork teacher;
    private final Distillation.Compiled loss;
    private final Loss auxiliaryLoss;

    Distilled(Teacher teacher, Distillation rule, NDManager manager) {
      this.teacher =
          InferenceNetwork.of(
              teacher.network(),
              teacher.weights(),
              teacher.policy(),
              manager.getDevice(),
              teacher.normalization());
      loss = rule.compile(manager);
      auxiliaryLoss = rule.hard().compile(manager);
    }

    @Override
    public NDList of(NDManager scope, NDArray imagesNchw, NDList outputsNk, NDArray targets) {
      NDList losses = new NDList();
      try (NDArray answersNk = teacher.predict(imagesNchw)) {
        losses.add(loss.of(scope, outputsNk.get(0), targets, answersNk));
      }
      for (NDArray logitsNk : outputsNk.subNDList(1)) {
        losses.add(auxiliaryLoss.of(scope, logitsNk, targets));
      }
      return losses;
    }

    @Override
    public void close() {
      loss.close();
      auxiliaryLoss.close();
      teacher.close();
    }
  }
}
