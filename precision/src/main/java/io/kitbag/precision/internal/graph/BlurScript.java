package io.kitbag.precision.internal.graph;

import io.kitbag.models.op.BlurPool;
import java.util.stream.Collectors;

/** TorchScript for {@link BlurPool}. */
final class BlurScript {

  /** Reflects by slices, as PyTorch 2.0 has no reflection of bf16 on CPU. */
  static final String METHODS =
      """
      def reflect(self: __torch__.M, x: Tensor, axis: int) -> Tensor:
        first = torch.slice(x, axis, 1, 2, 1)
        last = torch.slice(x, axis, -2, -1, 1)
        return torch.cat([first, x, last], axis)
      def blur(self: __torch__.M, x: Tensor, stride: int, filter: List[float]) -> Tensor:
        taps = torch.to(torch.tensor(filter, dtype=None, device=None, requires_grad=False), x, True)
        channels = torch.size(x, 1)
        n = torch.len(filter)
        weight = torch.expand(torch.mul(torch.unsqueeze(taps, 1), taps), [channels, 1, n, n])
        padded = (self).reflect((self).reflect(x, 2), 3)
        return torch.conv2d(padded, weight, None, [stride, stride], [0, 0], [1, 1], channels)
      """;

  private BlurScript() {}

  static String call(String x, BlurPool op) {
    String filter =
        BlurPool.FILTER.stream().map(OpScript::number).collect(Collectors.joining(", "));
    return "(self).blur(%s, %s, [%s])".formatted(x, op.stride(), filter);
  }
}
