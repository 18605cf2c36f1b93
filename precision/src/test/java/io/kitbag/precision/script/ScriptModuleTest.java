package io.kitbag.precision.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptModuleTest {

  @Test
  void gradients() {
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule module =
            ScriptModule.compile(
                manager,
                """
                def f(self: __torch__.M, x: Tensor, p: List[Tensor]) -> Tensor:
                  return torch.sum(torch.mul(torch.mul(x, p[0]), p[1]))
                def g(self: __torch__.M, loss: Tensor, p: List[Tensor]) -> List[Tensor]:
                  gs = torch.grad([loss], p)
                  out = annotate(List[Tensor], [])
                  for i in range(torch.len(gs)):
                    _0 = torch.append(out, unchecked_cast(Tensor, gs[i]))
                  return out
                """)) {
      NDArray x = manager.create(new float[] {1, 2, 3});
      NDArray a = manager.create(new float[] {4, 5, 6});
      NDArray b = manager.create(new float[] {7, 8, 9});
      a.setRequiresGradient(true);
      b.setRequiresGradient(true);
      NDList loss = module.record(manager, "f", x, List.of(a, b));
      NDList g = module.record(manager, "g", loss.get(0), List.of(a, b));
      assertThat(g.get(0).toFloatArray()).containsExactly(7, 16, 27);
      assertThat(g.get(1).toFloatArray()).containsExactly(4, 10, 18);
    }
  }
}
