package io.kitbag.bench.step;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.Policy;

/**
 * One configuration: what is measured.
 *
 * @param model name in {@link io.kitbag.models.zoo.Zoo}
 * @param classes number of labels
 * @param imageSize height and width in pixels
 * @param batch images per step
 * @param precision fp32 if the execution is plain
 * @param layout NCHW if the execution is plain
 * @param python label of the {@link io.kitbag.bench.peer.Python} in which a peer runs; empty for
 *     Kitbag's own executions
 */
public record StepSpec(
    String model,
    int classes,
    int imageSize,
    int batch,
    Execution execution,
    ComputeType precision,
    Layout layout,
    Allocator malloc,
    String python) {

  public StepSpec {
    require("classes", classes, 2);
    require("image size", imageSize, 1);
    require("batch", batch, 1);
    if (execution.isPlain() && (precision != ComputeType.FP32 || layout != Layout.NCHW)) {
      throw new IllegalArgumentException(
          "the %s execution runs in fp32 and nchw only, not in %s and %s"
              .formatted(execution.label(), Labels.of(precision), Labels.of(layout)));
    }
    if (execution.isPeer() == python.isEmpty()) {
      throw new IllegalArgumentException(
          "execution %s with Python '%s': a peer has one, Kitbag has none"
              .formatted(execution.label(), python));
    }
  }

  /** One of Kitbag's own. */
  public StepSpec(
      String model,
      int classes,
      int imageSize,
      int batch,
      Execution execution,
      ComputeType precision,
      Layout layout,
      Allocator malloc) {
    this(model, classes, imageSize, batch, execution, precision, layout, malloc, "");
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("%s=%d must be at least %d".formatted(name, value, least));
    }
  }

  /** The same for another number of images. */
  public StepSpec withBatch(int images) {
    return new StepSpec(
        model, classes, imageSize, images, execution, precision, layout, malloc, python);
  }

  /** Whether both do the same work, so that their times and losses can be compared. */
  boolean isSameWorkAs(StepSpec other) {
    return model.equals(other.model)
        && classes == other.classes
        && imageSize == other.imageSize
        && batch == other.batch;
  }

  /** The precision's usual policy in this layout. */
  public Policy policy() {
    Policy policy =
        switch (precision) {
          case FP32 -> Policy.fp32();
          case TF32 -> Policy.tf32();
          case BF16 -> Policy.bf16();
          case FP16 -> Policy.fp16();
        };
    return policy.withLayout(layout);
  }

  /** The execution and, of a peer, its Python: {@code compiled}, {@code torch@2.0.1}. */
  public String executionLabel() {
    return python.isEmpty() ? execution.label() : execution.label() + "@" + python;
  }

  /** Execution, precision, layout and allocator, as in {@link Baseline}. */
  public String variant() {
    return "%s/%s/%s/%s"
        .formatted(executionLabel(), Labels.of(precision), Labels.of(layout), malloc.label());
  }

  @Override
  public String toString() {
    return "%s %d px batch %d %s".formatted(model, imageSize, batch, variant());
  }
}
