package io.kitbag.precision.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptModuleTest {

  private static final String METHODS =
      """
      def weighted(self: __torch__.M, x: Tensor, p: List[Tensor]) -> Tensor:
        return torch.sum(torch.mul(torch.mul(x, p[0]), p[1]))
      def gradients(self: __torch__.M, loss: Tensor, p: List[Tensor]) -> List[Tensor]:
        found = torch.grad([loss], p)
        return [unchecked_cast(Tensor, found[0]), unchecked_cast(Tensor, found[1])]
      def double(self: __torch__.M, p: List[Tensor], factor: float) -> int:
        torch._foreach_mul_(p, factor)
        return 0
      """;

  @Test
  void differentiatesRecordedCalls() {
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule module = ScriptModule.compile(manager, METHODS)) {
      NDArray x = manager.create(new float[] {1, 2, 3});
      List<NDArray> p = leaves(manager);
      NDList loss = module.record(manager, "weighted", x, p);
      NDList gradients = module.record(manager, "gradients", loss.get(0), p);
      assertThat(gradients.get(0).toFloatArray()).containsExactly(7, 16, 27);
      assertThat(gradients.get(1).toFloatArray()).containsExactly(4, 10, 18);
    }
  }

  @Test
  void updatesLeavesInPlace() {
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule module = ScriptModule.compile(manager, METHODS)) {
      List<NDArray> p = leaves(manager);
      assertThat(module.run(manager, "double", p, 2.0)).isEmpty();
      assertThat(p.get(0).toFloatArray()).containsExactly(8, 10, 12);
      assertThat(p.get(0).hasGradient()).isTrue();
    }
  }

  @Test
  void reportsWhatPyTorchRefuses() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(
              () ->
                  ScriptModule.compile(
                      manager,
                      """
                      def f(self: __torch__.M, x: Tensor) -> Tensor:
                        return torch.no_such_operator(x)
                      """))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no_such_operator");
    }
  }

  @Test
  void refusesArgumentsThatScriptsCannotTake() {
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule module = ScriptModule.compile(manager, METHODS)) {
      assertThatThrownBy(() -> module.run(manager, "double", leaves(manager), "2"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Double");
      assertThatThrownBy(() -> module.record(manager, "double", leaves(manager), 2.0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("argument 1 of double");
    }
  }

  private static List<NDArray> leaves(NDManager manager) {
    NDArray a = manager.create(new float[] {4, 5, 6});
    NDArray b = manager.create(new float[] {7, 8, 9});
    a.setRequiresGradient(true);
    b.setRequiresGradient(true);
    return List.of(a, b);
  }
}
