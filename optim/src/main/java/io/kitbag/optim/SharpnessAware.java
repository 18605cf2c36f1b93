package io.kitbag.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;

/**
 * Sharpness-aware minimisation (SAM, arXiv 2010.01412) and its adaptive form (ASAM, arXiv
 * 2102.11600), around any optimizer: the step is taken with the gradient at the worst point nearby.
 *
 * <p>One step: {@link #climb} with the gradients at w moves the weights to w + e, where e =
 * ρ·g/‖g‖, or adaptive e = ρ·w²·g/‖|w|·g‖; the caller computes the gradients there, on the same
 * batch; {@link #descend} brings w back, bit for bit; then the optimizer steps with the second
 * gradients. So a step costs two passes forward and two backward. Formulas as in {@code
 * davda54/sam}, with 1e-12 added to the norm. Since the length of g does not matter, it may still
 * be loss-scaled.
 *
 * <p>One thread at a time; holds a copy of the weights, which {@link #close} frees.
 */
public final class SharpnessAware implements AutoCloseable {

  private static final String METHODS =
      """
      def copies(self: __torch__.M, x: List[Tensor]) -> List[Tensor]:
        copies = annotate(List[Tensor], [])
        for i in range(torch.len(x)):
          _0 = torch.append(copies, torch.clone(x[i]))
        return copies
      def copy(self: __torch__.M, to: List[Tensor], x: List[Tensor]) -> int:
        for i in range(torch.len(to)):
          _0 = torch.copy_(to[i], x[i])
        return 0
      def climb(self: __torch__.M, p: List[Tensor], g: List[Tensor], rho: float, adaptive: bool) -> int:
        if adaptive:
          for i in range(torch.len(g)):
            _0 = torch.mul_(g[i], torch.abs(p[i]))
        else:
          pass
        norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
        length = torch.mul(torch.reciprocal(torch.add(norm, 1e-12)), rho)
        for i in range(torch.len(g)):
          if adaptive:
            _1 = torch.mul_(g[i], torch.abs(p[i]))
          else:
            pass
          _2 = torch.addcmul_(p[i], g[i], length)
        return 0
      """;

  private final double rho;
  private final boolean adaptive;
  private final NDManager memory;
  private final ScriptModule script;
  private final List<NDArray> weights;
  private final List<NDArray> kept;
  private final NDList copies;

  private SharpnessAware(
      NDManager manager, double rho, boolean adaptive, NDList weights, NDList others) {
    if (!(rho > 0 && rho < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("rho=%s must be positive and finite".formatted(rho));
    }
    this.rho = rho;
    this.adaptive = adaptive;
    this.weights = List.copyOf(weights);
    NDList all = new NDList(weights);
    all.addAll(others);
    kept = List.copyOf(all);
    script = ScriptModule.compile(manager, METHODS);
    memory = manager.newSubManager();
    copies = script.run(memory, "copies", kept);
  }

  /**
   * SAM over these weights.
   *
   * @param manager parent of the copies' memory
   * @param rho ρ, the distance; 0.05 in the paper for ImageNet
   * @param weights the parameters, float32, in the order of the gradients
   * @param others what {@link #descend} shall bring back too, such as running statistics, which the
   *     second pass would otherwise move once more; may be empty
   */
  public static SharpnessAware sam(NDManager manager, double rho, NDList weights, NDList others) {
    return new SharpnessAware(manager, rho, false, weights, others);
  }

  /**
   * ASAM over these weights: as {@link #sam}, with a distance relative to each weight.
   *
   * @param rho 0.5 in the paper for CIFAR-10
   */
  public static SharpnessAware asam(NDManager manager, double rho, NDList weights, NDList others) {
    return new SharpnessAware(manager, rho, true, weights, others);
  }

  /**
   * Remembers the weights and moves them uphill.
   *
   * @param gradients at the weights, one for each; <strong>overwritten</strong>, not closed
   */
  public void climb(List<? extends NDArray> gradients) {
    if (gradients.size() != weights.size()) {
      throw new IllegalArgumentException(
          "%d gradients given for %d weights".formatted(gradients.size(), weights.size()));
    }
    script.run(memory, "copy", copies, kept);
    script.run(memory, "climb", weights, gradients, rho, adaptive);
  }

  /** Brings the weights, and what else was kept, back to where they were before {@link #climb}. */
  public void descend() {
    script.run(memory, "copy", kept, copies);
  }

  @Override
  public void close() {
    memory.close();
    script.close();
  }
}
