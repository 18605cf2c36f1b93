package io.kitbag.precision.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.kitbag.models.op.Op;
import io.kitbag.precision.Policy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class Float64ProbeTest {

  @Test
  void findsAConvolutionThatReadsItsInputUpsideDown() {
    Probe.Findings found = run("torch.conv2d(a0,", "torch.conv2d(torch.flip(a0, [2]),", false);
    assertThat(found.agree()).isFalse();
    assertThat(found.comparisons()).as("stops at the first").isEqualTo(1);
    assertThat(found.worst().what()).isEqualTo("convolution 32→48 3×3 stride 1 groups 1");
    assertThat(found.worst().error()).isGreaterThan(1);
  }

  @Test
  void findsAWrongPadding() {
    Probe.Findings found = run("[2, 2], [3, 3],", "[2, 2], [2, 2],", false);
    assertThat(found.worst().what()).isEqualTo("convolution 3→20 7×7 stride 2 groups 1");
    assertThat(found.worst().error()).isInfinite();
  }

  @Test
  void findsOneWrongInputGradientOfADepthwiseConvolution() {
    String call = "torch.conv2d(a0, a1, None, [1, 1], [1, 1], [1, 1], 19)";
    String cut = "torch.conv2d(torch.add(torch.detach(torch.mul(a0, 0.01)), torch.mul(a0, 0.99)),";
    Probe.Findings found = run(call, call.replace("torch.conv2d(a0,", cut), true);
    assertThat(found.worst().what())
        .isEqualTo("convolution 19→19 3×3 stride 1 groups 19, gradient of input 1");
  }

  @Test
  void findsProductsRoundedMoreThanTheTypeSays() {
    Probe.Findings found =
        run("torch.conv2d(a0,", "torch.conv2d(torch.to(torch.to(a0, 15), 6),", false);
    assertThat(found.agree()).isFalse();
  }

  @Test
  void findsValuesThatAreNotNumbers() {
    Probe.Findings found = run("torch.linear(a0,", "torch.linear(torch.div(a0, 0.),", false);
    assertThat(found.worst().what()).isEqualTo("linear 50→10");
    assertThat(found.worst().error()).isNaN();
  }

  @Test
  void findsBatchNormWithTheWrongEpsilon() {
    Probe.Findings found = run("1e-05, True)", "0.001, True)", false);
    assertThat(found.worst().what()).isEqualTo("batch norm of 17 channels");
  }

  @Test
  void countsAFailureAsADeviationAndTellsItsMessage() {
    Probe.Findings found = run("[1, 1], 4)", "[1, 1], 5)", false);
    assertThat(found.agree()).isFalse();
    assertThat(found.worst().what())
        .startsWith("convolution 24→36 3×3 stride 1 groups 4")
        .contains("groups=5");
  }

  @Test
  void checksEveryOperationThatANetworkCanHave() {
    Set<Class<?>> checked = Operation.ALL.stream().map(Operation::kind).collect(Collectors.toSet());
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      List<Class<?>> kinds =
          op.isSealed() ? List.of(op.getPermittedSubclasses()) : List.<Class<?>>of(op);
      assertThat(checked).as("%s needs an Operation in the guard", op).containsAll(kinds);
    }
  }

  @Test
  void findsEveryOperationThatIsATenthOfAPercentOff() {
    for (Operation operation : differently()) {
      Probe.Findings found =
          run("y = " + operation.call(), "y = torch.mul(" + operation.call() + ", 1.001)", false);
      assertThat(found.worst().what()).isEqualTo(operation.name());
    }
  }

  @Test
  void findsADerivativeThatIsATenthOfAPercentOff() {
    for (Operation operation : differently()) {
      // The value as it is, the derivative not.
      String call = operation.call().replaceFirst("a0", "_scaled_");
      String wrong =
          call.replace(
              "_scaled_", "torch.add(torch.mul(a0, 1.001), torch.detach(torch.mul(a0, -0.001)))");
      Probe.Findings found = run("y = " + operation.call(), "y = " + wrong, true);
      assertThat(found.worst().what()).isEqualTo(operation.name() + ", gradient of input 1");
    }
  }

  /** Of operations that are the same text on other shapes, the first: the probe stops there. */
  private static Collection<Operation> differently() {
    Map<String, Operation> first = new LinkedHashMap<>();
    LightOperations.ALL.forEach(operation -> first.putIfAbsent(operation.call(), operation));
    assertThat(first.size()).isGreaterThanOrEqualTo(LightOperations.ALL.size() - 2);
    return first.values();
  }

  private static Probe.Findings run(String right, String wrong, boolean gradients) {
    return new Float64Probe(
            Device.cpu(),
            text -> {
              assertThat(text).contains(right);
              return text.replace(right, wrong);
            })
        .run(Policy.fp32(), gradients);
  }
}
