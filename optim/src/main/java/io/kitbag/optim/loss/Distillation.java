package io.kitbag.optim.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.kitbag.optim.internal.Targets;
import io.kitbag.precision.script.ScriptModule;

/**
 * Knowledge distillation (arXiv 1503.02531): besides the labels, a student learns a teacher's
 * softened probabilities.
 *
 * <p>With the student's logits z, the teacher's r and temperature T the loss is {@code hardWeight ·
 * ℓ_hard(z) + softWeight · T² · ℓ(softmax(r/T), softmax(z/T))}, where ℓ(q, p) = −Σ q·log p, the
 * mean over the batch. T² keeps the size of the second gradient, which shrinks with 1/T².
 *
 * @param hard the loss on labels or mixed targets
 * @param temperature T, positive; 20 in arXiv 1812.01187 §5.3 and GluonCV, 4 in timm
 * @param hardWeight ≥ 0
 * @param softWeight ≥ 0
 */
public record Distillation(
    LossRule hard, double temperature, double hardWeight, double softWeight) {

  private static final String METHODS =
      """
      def distilled(self: __torch__.M, logits: Tensor, loss: Tensor, teacher: Tensor) -> Tensor:
        wanted = torch.softmax(torch.div(teacher, %3$s), 1)
        logp = torch.log_softmax(torch.div(logits, %3$s), 1)
        sum = torch.sum(torch.mul(wanted, logp))
        soft = torch.neg(torch.div(sum, torch.size(logits, 0)))
        return torch.add(torch.mul(loss, %4$s), torch.mul(soft, %5$s))
      def hard(self: __torch__.M, logits: Tensor, labels: Tensor, teacher: Tensor) -> Tensor:
      %1$s  return (self).distilled(logits, loss, teacher)
      def soft(self: __torch__.M, logits: Tensor, targets: Tensor, teacher: Tensor) -> Tensor:
      %2$s  return (self).distilled(logits, loss, teacher)
      """;

  public Distillation {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature=%s of the distillation must be positive and finite".formatted(temperature));
    }
    if (!(hardWeight >= 0 && softWeight >= 0 && hardWeight + softWeight > 0)) {
      throw new IllegalArgumentException(
          "weights of the distillation must not be negative, nor both 0: hardWeight=%s, softWeight=%s"
              .formatted(hardWeight, softWeight));
    }
  }

  /** arXiv 1812.01187 §5.3: T = 20, both parts in full. */
  public static Distillation paper(LossRule hard) {
    return new Distillation(hard, 20, 1, 1);
  }

  /** GluonCV's {@code train_imagenet.py}: T = 20, half of each part. */
  public static Distillation gluon(LossRule hard) {
    return new Distillation(hard, 20, 0.5, 0.5);
  }

  /**
   * The loss, ready to be called.
   *
   * @param manager of the engine it shall run on
   */
  public Compiled compile(NDManager manager) {
    return new Compiled(this, manager);
  }

  private String methods() {
    return METHODS.formatted(
        hard.hard().indent(2),
        hard.soft().indent(2),
        temperature,
        hardWeight,
        softWeight * temperature * temperature);
  }

  /** The compiled loss; closed by whoever made it. */
  public static final class Compiled implements AutoCloseable {

    private final ScriptModule script;

    private Compiled(Distillation rule, NDManager manager) {
      script = ScriptModule.compile(manager, rule.methods());
    }

    /**
     * The mean loss of a batch, recorded for autograd in one native call, without waiting for the
     * device.
     *
     * @param results owner of the result
     * @param logitsNK the student's, float32, N × K
     * @param targets as for {@link Loss#of}
     * @param teacherNK the teacher's logits, float32, N × K; a constant
     * @return a float32 scalar, which the caller closes
     * @throws IllegalArgumentException if shapes or types are others
     */
    public NDArray of(NDManager results, NDArray logitsNK, NDArray targets, NDArray teacherNK) {
      if (logitsNK.getDataType() != DataType.FLOAT32
          || teacherNK.getDataType() != DataType.FLOAT32
          || logitsNK.getShape().dimension() != 2
          || !teacherNK.getShape().equals(logitsNK.getShape())) {
        throw new IllegalArgumentException(
            "logits of student and teacher must both be float32 of shape (N, K), not %s %s and %s %s"
                .formatted(
                    logitsNK.getDataType(),
                    logitsNK.getShape(),
                    teacherNK.getDataType(),
                    teacherNK.getShape()));
      }
      String method = Targets.method(logitsNK.getShape(), targets);
      return script.record(results, method, logitsNK, targets, teacherNK).singletonOrThrow();
    }

    @Override
    public void close() {
      script.close();
    }
  }
}
