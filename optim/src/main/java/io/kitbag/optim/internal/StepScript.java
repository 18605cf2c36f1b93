package io.kitbag.optim.internal;

import io.kitbag.optim.ParameterGroup;
import io.kitbag.optim.UpdateRule;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The TorchScript text of a rule over several groups: one method per group, one to call them. */
final class StepScript {

  static final String STEP = "step";
  static final String COPY = "copy";
  static final String ZEROS = "zeros";

  private static final String STATE_METHODS =
      """
      def zeros(self: __torch__.M, weights: List[Tensor]) -> List[Tensor]:
        zeros = annotate(List[Tensor], [])
        for i in range(torch.len(weights)):
          _0 = torch.append(zeros, torch.zeros_like(weights[i]))
        return zeros
      def copy(self: __torch__.M, targets: List[Tensor], sources: List[Tensor]) -> int:
        for i in range(torch.len(targets)):
          _0 = torch.copy_(targets[i], sources[i])
        return 0
      """;

  private StepScript() {}

  /**
   * Methods {@code step(lr, step, p0, g0, slots of group 0 …, p1, …)}, {@code copy(targets,
   * sources)} and {@code zeros(weights)}, the last shaped and laid out in memory like the weights
   * (DJL's {@code zerosLike} forgets channels_last, and every step would transpose).
   */
  static String of(UpdateRule rule, List<ParameterGroup> groups) {
    List<String> lists = Stream.concat(Stream.of("p", "g"), rule.slots().stream()).toList();
    StringBuilder text = new StringBuilder(STATE_METHODS);
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < groups.size(); i++) {
      ParameterGroup group = groups.get(i);
      text.append(
          "def group%d(self: __torch__.M, lr: float, step: int, %s) -> int:\n%s  return 0\n"
              .formatted(i, declared(lists, ""), rule.update(group).indent(2)));
      calls.append(
          "  _%d = (self).group%d(torch.mul(lr, %s), step, %s)\n"
              .formatted(i, i, group.learningRateFactor(), numbered(lists, i)));
    }
    String parameters =
        IntStream.range(0, groups.size())
            .mapToObj(i -> declared(lists, Integer.toString(i)))
            .collect(Collectors.joining(", "));
    return text.append(
            "def step(self: __torch__.M, lr: float, step: int, %s) -> int:\n%s  return 0\n"
                .formatted(parameters, calls))
        .toString();
  }

  private static String declared(List<String> lists, String suffix) {
    return lists.stream()
        .map(name -> name + suffix + ": List[Tensor]")
        .collect(Collectors.joining(", "));
  }

  private static String numbered(List<String> lists, int group) {
    return lists.stream().map(name -> name + group).collect(Collectors.joining(", "));
  }
}
