package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;

/** The simplest differentiable loss: a weighted sum of logits. */
final class Sum {

  private Sum() {}

  static NDList of(NDManager manager, NDArray logits, NDArray weights) {
    try (ScriptModule script =
        ScriptModule.compile(
            manager,
            """
            def weighted(self: __torch__.M, z: Tensor, w: Tensor) -> Tensor:
              return torch.sum(torch.mul(z, w))
            """)) {
      return script.record(manager, "weighted", logits, weights);
    }
  }
}
