package io.kitbag.optim.internal;

import io.kitbag.optim.ParameterGroup;
import io.kitbag.optim.UpdateRule;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The TorchScript text of rules over several groups: one method per group, one to call them. */
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

  private static final Pattern DECAY_ADD =
      Pattern.compile("( *)each\\.decay_add_\\((\\w+), ([^,()]+), (\\w+)\\)");
  private static final Pattern COPY_EACH = Pattern.compile("( *)each\\.copy_\\((\\w+), (\\w+)\\)");
  private static final Pattern OUT = Pattern.compile("(each\\..*), out=\\w+\\)");

  /** How a rule that is elementwise goes through the parameters of a group. */
  enum Form {
    /** One parameter after the other, all operations on it: what a CPU's caches like. */
    TENSOR_BY_TENSOR,
    /** One operation after the other, on all parameters: few kernels for a GPU. */
    MULTI_TENSOR
  }

  /** Parameters that one rule treats alike. */
  record Part(UpdateRule rule, ParameterGroup group) {}

  private StepScript() {}

  /**
   * Methods {@code step(lr, step, product0, p0, g0, slots of part 0 …, product1, p1, …)}, {@code
   * copy(targets, sources)} and {@code zeros(weights)}, the last shaped and laid out in memory like
   * the weights (DJL's {@code zerosLike} forgets channels_last, and every step would transpose).
   */
  static String of(List<Part> parts, Form form) {
    StringBuilder text = new StringBuilder(STATE_METHODS);
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      List<String> names = names(part.rule());
      boolean together = form == Form.MULTI_TENSOR && part.rule().multiTensor();
      String update = part.rule().update(part.group());
      text.append(
          "def group%s(self: __torch__.M, lr: float, step: int, product: float, %s) -> int:\n%s  return 0\n"
              .formatted(
                  i,
                  declared(together ? names : all(names), ""),
                  (together ? together(update) : oneByOne(names, update)).indent(2)));
      calls.append(
          "  _%s = (self).group%s(torch.mul(lr, %s), step, product%s, %s)\n"
              .formatted(i, i, part.group().learningRateFactor(), i, numbered(names, i)));
    }
    String parameters =
        IntStream.range(0, parts.size())
            .mapToObj(
                i ->
                    "product%s: float, ".formatted(i)
                        + declared(names(parts.get(i).rule()), Integer.toString(i)))
            .collect(Collectors.joining(", "));
    return text.append(
            "def step(self: __torch__.M, lr: float, step: int, %s) -> int:\n%s  return 0\n"
                .formatted(parameters, calls))
        .toString();
  }

  private static String together(String update) {
    String text = DECAY_ADD.matcher(update).replaceAll("$1each.mul_($2, $3)\n$1each.add_($2, $4)");
    text =
        COPY_EACH
            .matcher(text)
            .replaceAll(
                "$1for copied in range(torch.len($2)):\n$1  torch.copy_($2[copied], $3[copied])");
    return OUT.matcher(text).replaceAll("$1)").replace("each.", "torch._foreach_");
  }

  private static String oneByOne(List<String> names, String update) {
    String text =
        DECAY_ADD
            .matcher(update)
            .replaceAll("$1torch.add($4, $2, alpha=$3, out=$2)")
            .replace("each.", "torch.");
    String chosen =
        names.stream().map("%1$s = %1$s_all[at]\n"::formatted).collect(Collectors.joining());
    return "for at in range(torch.len(p_all)):\n" + (chosen + text).indent(2);
  }

  private static List<String> names(UpdateRule rule) {
    return Stream.concat(Stream.of("p", "g"), rule.slots().stream()).toList();
  }

  private static List<String> all(List<String> names) {
    return names.stream().map(name -> name + "_all").toList();
  }

  private static String numbered(List<String> names, int part) {
    return names.stream().map(name -> name + part).collect(Collectors.joining(", "));
  }

  private static String declared(List<String> lists, String suffix) {
    return lists.stream()
        .map(name -> name + suffix + ": List[Tensor]")
        .collect(Collectors.joining(", "));
  }
}
