package io.kitbag.precision.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.kitbag.precision.Policy;
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
