package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;

/**
 * Adds up the gradients of several batches that make one step, in one native call per batch.
 *
 * <p>If each batch's loss is a mean and was multiplied by 1/n, the sum over n batches of one size
 * is the gradient of the mean over all their images. One thread at a time.
 */
public final class GradientSum implements AutoCloseable {

  private static final String METHODS =
      """
      def add(self: __torch__.M, sum: List[Tensor], more: List[Tensor]) -> int:
        torch._foreach_add_(sum, more)
        return 0
      """;

  private final NDManager manager;
  private final ScriptModule script;

  /**
   * Ready to add.
   *
   * @param manager of the engine whose arrays are added; only borrowed
   */
  public GradientSum(NDManager manager) {
    this.manager = manager;
    script = ScriptModule.compile(manager, METHODS);
  }

  /**
   * sum ← sum + more, in place and without waiting for the device.
   *
   * @param sum changed, not closed
   * @param more in the same order, not closed
   */
  public void add(List<? extends NDArray> sum, List<? extends NDArray> more) {
    if (sum.size() != more.size()) {
      throw new IllegalArgumentException(
          "%d gradients cannot be added to %d".formatted(more.size(), sum.size()));
    }
    script.run(manager, "add", sum, more);
  }

  @Override
  public void close() {
    script.close();
  }
}
