package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Limits gradients in place, in one native call. Unscale them first. One thread at a time.
 *
 * <p>If one gradient is not finite, {@link #globalNorm} makes all so, as in PyTorch: look at the
 * norm, or at the loss scaler's verdict, before the step.
 */
public final class GradientClip implements AutoCloseable {

  /** PyTorch 2.0 has no multi-tensor product with a tensor; a number would need the host. */
  private static final String METHODS =
      """
      def norm(self: __torch__.M, g: List[Tensor]) -> Tensor:
        return torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
      def global_norm(self: __torch__.M, g: List[Tensor], max_norm: float) -> Tensor:
        norm = (self).norm(g)
        ratio = torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), max_norm)
        factor = torch.clamp(ratio, None, 1.)
        for i in range(torch.len(g)):
          _0 = torch.mul_(g[i], factor)
        return norm
      def value(self: __torch__.M, g: List[Tensor], limit: float) -> Tensor:
        norm = (self).norm(g)
        for i in range(torch.len(g)):
          _0 = torch.clamp_(g[i], torch.neg(limit), limit)
        return norm
      def of_units(self: __torch__.M, x: Tensor) -> Tensor:
        dims = annotate(List[int], [])
        for i in range(torch.sub(torch.dim(x), 1)):
          _0 = torch.append(dims, torch.add(i, 1))
        if torch.gt(torch.len(dims), 0):
          norm = torch.norm(x, 2, dims, True)
        else:
          norm = torch.norm(x, 2)
        return norm
      def adaptive(self: __torch__.M, g: List[Tensor], clipped: List[Tensor], p: List[Tensor], factor: float) -> Tensor:
        norm = (self).norm(g)
        for i in range(torch.len(p)):
          limit = torch.mul(torch.clamp((self).of_units(p[i]), 0.001), factor)
          own = torch.clamp((self).of_units(clipped[i]), 1e-06)
          _0 = torch.mul_(clipped[i], torch.clamp(torch.div(limit, own), None, 1.))
        return norm
      """;

  private final String name;
  private final ScriptModule script;
  private final Call call;

  private interface Call {
    NDList on(NDManager results, ScriptModule script, List<? extends NDArray> gradients);
  }

  private GradientClip(NDManager manager, String name, Call call) {
    this.name = name;
    this.call = call;
    script = ScriptModule.compile(manager, METHODS);
  }

  /**
   * Shrinks all gradients together so that their global L2 norm does not exceed a limit, as {@code
   * torch.nn.utils.clip_grad_norm_}: all are multiplied by min(1, maxNorm / (norm + 1e-6)).
   *
   * @param manager of the engine whose arrays are clipped
   * @param maxNorm limit, positive
   */
  public static GradientClip globalNorm(NDManager manager, double maxNorm) {
    requirePositive("maxNorm", maxNorm);
    return new GradientClip(
        manager,
        "global norm %s".formatted(maxNorm),
        (results, script, gradients) -> script.run(results, "global_norm", gradients, maxNorm));
  }

  /**
   * Limits every value on its own to [−limit, limit], as {@code torch.nn.utils.clip_grad_value_}.
   *
   * @param manager of the engine whose arrays are clipped
   * @param limit positive
   */
  public static GradientClip value(NDManager manager, double limit) {
    requirePositive("limit", limit);
    return new GradientClip(
        manager,
        "value %s".formatted(limit),
        (results, script, gradients) -> script.run(results, "value", gradients, limit));
  }

  /**
   * Adaptive gradient clipping (arXiv 2102.06171 §4.1, timm's {@code agc}): the gradient of each
   * unit, a row of a weight matrix or a whole vector, is shrunk to {@code factor} times the norm of
   * the unit's weights, where norms below 1e-3 count as 1e-3. The last linear layer is left alone,
   * as the paper says.
   *
   * @param manager of the engine whose arrays are clipped
   * @param parameters what the weights are, in the same order
   * @param weights of the gradients that will be given; they stay the caller's
   * @param factor positive; 0.01 in the paper for batches of 4096
   */
  public static GradientClip adaptive(
      NDManager manager,
      List<TensorSpec> parameters,
      List<? extends NDArray> weights,
      double factor) {
    requirePositive("factor", factor);
    String last =
        parameters.stream()
            .filter(spec -> spec.role() == Role.LINEAR_WEIGHT)
            .map(spec -> spec.name().replaceFirst("weight$", ""))
            .reduce("", (first, second) -> second);
    List<Integer> places =
        IntStream.range(0, parameters.size())
            .filter(i -> last.isEmpty() || !parameters.get(i).name().startsWith(last))
            .boxed()
            .toList();
    if (places.isEmpty()) {
      throw new IllegalArgumentException(
          "adaptive clipping leaves the last linear layer alone, and there is nothing else");
    }
    NDList clipped = chosen(places, weights);
    return new GradientClip(
        manager,
        "adaptive %s".formatted(factor),
        (results, script, gradients) ->
            script.run(results, "adaptive", gradients, chosen(places, gradients), clipped, factor));
  }

  private static NDList chosen(List<Integer> places, List<? extends NDArray> arrays) {
    NDList chosen = new NDList();
    places.forEach(place -> chosen.add(arrays.get(place)));
    return chosen;
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s must be positive and finite; leave clipping out for no limit"
              .formatted(name, value));
    }
  }

  /**
   * Clips in place without waiting for the device.
   *
   * @param results owner of the result
   * @param gradients at least one, all on one device; changed, not closed
   * @return the global norm before clipping, a float32 scalar on the device; the caller closes it
   */
  public NDArray clip(NDManager results, List<? extends NDArray> gradients) {
    if (gradients.isEmpty()) {
      throw new IllegalArgumentException("no gradients to clip");
    }
    return call.on(results, script, gradients).singletonOrThrow();
  }

  @Override
  public void close() {
    script.close();
  }

  @Override
  public String toString() {
    return "GradientClip(%s)".formatted(name);
  }
}
