package io.kitbag.optim.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.optim.loss.Distillation;
import io.kitbag.optim.loss.LossRule;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A loss as DJL's {@code Loss}: what DJL's trainer minimises, and an evaluator of its mean.
 *
 * <p>Labels may be numbers of classes, (N) or (N, 1) and of any type as DJL's data sets give them,
 * or float32 probabilities (N, K), such as mixed labels. Predictions are float32 logits (N, K); a
 * second array of them, which a network with an auxiliary head gives in training, is another
 * output's logits, whose loss is added with the auxiliary weight.
 *
 * <p>Thread-safe. Holds a small compiled method from the first call until {@link #close}.
 */
public final class DjlLoss extends ai.djl.training.loss.Loss implements AutoCloseable {

  /** Weight of Inception-V3's auxiliary loss in torchvision's reference training. */
  private static final double AUXILIARY_WEIGHT = 0.4;

  private final Function<NDManager, Compiled> compiler;
  private final float auxiliaryWeight;
  private @Nullable NDManager memory;
  private @Nullable Compiled compiled;

  /** The loss of one output. */
  private interface Compiled {
    NDArray of(NDManager results, NDArray logitsNK, NDList labels);
  }

  private DjlLoss(String name, Function<NDManager, Compiled> compiler, double auxiliaryWeight) {
    super(name);
    this.compiler = compiler;
    this.auxiliaryWeight = (float) auxiliaryWeight;
  }

  /** A loss on labels or probabilities; an auxiliary output weighs 0.4. */
  public static DjlLoss of(LossRule rule) {
    return of(rule, AUXILIARY_WEIGHT);
  }

  /**
   * A loss on labels or probabilities.
   *
   * @param auxiliaryWeight factor on the loss of a second output, ≥ 0
   */
  public static DjlLoss of(LossRule rule, double auxiliaryWeight) {
    if (!(auxiliaryWeight >= 0 && auxiliaryWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "auxiliaryWeight=%s must be finite and not negative".formatted(auxiliaryWeight));
    }
    return new DjlLoss(
        rule.getClass().getSimpleName(),
        manager -> {
          var loss = rule.compile(manager);
          return (results, logitsNK, labels) -> {
            try (Targets targets = Targets.of(labels.singletonOrThrow(), logitsNK.getShape())) {
              return loss.of(results, logitsNK, targets.array());
            }
          };
        },
        auxiliaryWeight);
  }

  /**
   * Knowledge distillation. A batch's labels are two arrays: labels or probabilities as otherwise,
   * and the teacher's float32 logits (N, K) for the same images, which the data set or the caller's
   * loop adds, as a DJL loss does not see the images. Networks have no auxiliary output.
   */
  public static DjlLoss of(Distillation distillation) {
    return new DjlLoss(
        distillation.getClass().getSimpleName(),
        manager -> {
          var loss = distillation.compile(manager);
          return (results, logitsNK, labels) -> {
            if (labels.size() != 2) {
              throw new IllegalArgumentException(
                  "distillation takes two arrays as labels, the second one the teacher's logits, not %d"
                      .formatted(labels.size()));
            }
            try (Targets targets = Targets.of(labels.get(0), logitsNK.getShape())) {
              return loss.of(results, logitsNK, targets.array(), labels.get(1));
            }
          };
        },
        0);
  }

  /**
   * The mean loss of a batch, recorded for autograd.
   *
   * @param labels as the class describes; not closed
   * @param predictions one array of logits, or two; not closed
   * @return a float32 scalar in the predictions' manager
   * @throws IllegalArgumentException if shapes or types are others
   */
  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    if (predictions.isEmpty() || predictions.size() > 2) {
      throw new IllegalArgumentException(
          "predictions must be the logits of one output, or of a main and an auxiliary one, not %d arrays"
              .formatted(predictions.size()));
    }
    NDArray logitsNK = predictions.get(0);
    NDManager results = logitsNK.getManager();
    Compiled loss = compiled(results);
    NDArray main = loss.of(results, logitsNK, labels);
    if (predictions.size() == 1 || auxiliaryWeight == 0) {
      return main;
    }
    try (main;
        NDArray other = loss.of(results, predictions.get(1), labels);
        NDArray weighted = other.mul(auxiliaryWeight)) {
      return main.add(weighted);
    }
  }

  /** In a manager of its own: that of the predictions is closed with their batch. */
  private synchronized Compiled compiled(NDManager like) {
    if (compiled == null) {
      memory = NDManager.newBaseManager(like.getDevice(), like.getEngine().getEngineName());
      compiled = compiler.apply(memory);
    }
    return compiled;
  }

  /** Frees the compiled method; the next call compiles it anew. */
  @Override
  public synchronized void close() {
    if (memory != null) {
      memory.close();
    }
    memory = null;
    compiled = null;
  }

  /** Labels as int64 (N), which is a new array, or the probabilities as they came. */
  private record Targets(NDArray array, boolean made) implements AutoCloseable {

    static Targets of(NDArray labels, Shape logits) {
      Shape shape = labels.getShape();
      if (shape.equals(logits) || logits.dimension() != 2) {
        return new Targets(labels, false);
      }
      long images = logits.get(0);
      if (!shape.equals(new Shape(images)) && !shape.equals(new Shape(images, 1))) {
        throw new IllegalArgumentException(
            "labels for logits %s must have shape (%d), (%d, 1) or that of the logits, not %s"
                .formatted(logits, images, images, shape));
      }
      try (NDArray flat = labels.reshape(images)) {
        return new Targets(flat.toType(DataType.INT64, true), true);
      }
    }

    @Override
    public void close() {
      if (made) {
        array.close();
      }
    }
  }
}
