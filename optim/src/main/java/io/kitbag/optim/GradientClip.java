package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;

/**
 * Shrinks gradients together so that their global L2 norm does not exceed a limit, as {@code
 * torch.nn.utils.clip_grad_norm_}: all are multiplied by min(1, maxNorm / (norm + 1e-6)).
 *
 * <p>Unscale gradients first. If one gradient is not finite all become so, as in PyTorch: look at
 * the norm, or at the loss scaler's verdict, before the step. One thread at a time.
 */
public final class GradientClip implements AutoCloseable {

  /** PyTorch 2.0 has no multi-tensor product with a tensor; a number would need the host. */
  private static final String METHODS =
      """
      def clip(self: __torch__.M, g: List[Tensor], max_norm: float) -> Tensor:
        norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
        ratio = torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), max_norm)
        factor = torch.clamp(ratio, None, 1.)
        for i in range(torch.len(g)):
          _0 = torch.mul_(g[i], factor)
        return norm
      """;

  private final double maxNorm;
  private final ScriptModule script;

  private GradientClip(double maxNorm, ScriptModule script) {
    this.maxNorm = maxNorm;
    this.script = script;
  }

  /**
   * Clips by the norm over all gradients.
   *
   * @param manager of the engine whose arrays are clipped
   * @param maxNorm limit, positive
   */
  public static GradientClip globalNorm(NDManager manager, double maxNorm) {
    if (!(maxNorm > 0 && maxNorm < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "maxNorm=%s must be positive and finite; leave clipping out for no limit"
              .formatted(maxNorm));
    }
    return new GradientClip(maxNorm, ScriptModule.compile(manager, METHODS));
  }

  /**
   * Clips in place, in one native call and without waiting for the device.
   *
   * @param results owner of the result
   * @param gradients at least one, all on one device; changed, not closed
   * @return the norm before clipping, a float32 scalar on the device; the caller closes it
   */
  public NDArray clip(NDManager results, List<? extends NDArray> gradients) {
    if (gradients.isEmpty()) {
      throw new IllegalArgumentException("no gradients to clip");
    }
    return script.run(results, "clip", gradients, maxNorm).singletonOrThrow();
  }

  @Override
  public void close() {
    script.close();
  }

  @Override
  public String toString() {
    return "GradientClip(maxNorm=%s)".formatted(maxNorm);
  }
}
