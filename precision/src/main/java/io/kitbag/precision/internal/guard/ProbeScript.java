package io.kitbag.precision.internal.guard;

import ai.djl.ndarray.types.Shape;
import io.kitbag.precision.Layout;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.internal.graph.NumberFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes operations as TorchScript methods {@code forward<i>} (inputs) and {@code gradients<i>}
 * (inputs, gradient of the output), with the casts and the layout that a compiled network has. They
 * return float64 in plain order: the output, then the gradient of each input.
 */
final class ProbeScript {

  private final NumberFormat format;
  private final Layout layout;

  private ProbeScript(NumberFormat format, Layout layout) {
    this.format = format;
    this.layout = layout;
  }

  static String of(List<Operation> operations, NumberFormat format, Layout layout) {
    ProbeScript script = new ProbeScript(format, layout);
    return IntStream.range(0, operations.size())
        .mapToObj(
            i -> script.forward(i, operations.get(i)) + script.gradients(i, operations.get(i)))
        .collect(Collectors.joining("", "", GraphScript.HELPERS));
  }

  private String forward(int i, Operation operation) {
    return "def forward%s(self: __torch__.M, %s) -> Tensor:\n"
            .formatted(i, each(operation, "x%s: Tensor"::formatted))
        + body(operation)
        + "  return %s\n".formatted(plain("y"));
  }

  private String gradients(int i, Operation operation) {
    return "def gradients%s(self: __torch__.M, %s, g: Tensor) -> List[Tensor]:\n"
            .formatted(i, each(operation, "x%s: Tensor"::formatted))
        + body(operation)
        + "  z = %s\n".formatted(format.activation(laidOut("g", operation.output())))
        + "  found = torch.grad([y], [%s], annotate(List[Optional[Tensor]], [z]))\n"
            .formatted(each(operation, "x%s"::formatted))
        + "  return [%s, %s]\n"
            .formatted(
                plain("torch.detach(y)"),
                each(
                    operation,
                    input -> plain("unchecked_cast(Tensor, found[%s])".formatted(input))));
  }

  private String body(Operation operation) {
    StringBuilder text = new StringBuilder();
    for (int input = 0; input < operation.inputs().size(); input++) {
      String value = laidOut("x" + input, operation.inputs().get(input));
      text.append(
          "  a%s = %s\n"
              .formatted(input, input < operation.rounded() ? format.activation(value) : value));
    }
    return text.append("  y = %s\n".formatted(operation.call())).toString();
  }

  private String laidOut(String value, Shape shape) {
    return layout == Layout.CHANNELS_LAST && shape.dimension() == 4
        ? "torch.contiguous(%s, memory_format=2)".formatted(value)
        : value;
  }

  private static String each(Operation operation, IntFunction<String> text) {
    return IntStream.range(0, operation.inputs().size())
        .mapToObj(text)
        .collect(Collectors.joining(", "));
  }

  private static String plain(String value) {
    return "torch.to(torch.contiguous(%s), 7)".formatted(value);
  }
}
