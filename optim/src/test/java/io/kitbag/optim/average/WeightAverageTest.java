package io.kitbag.optim.average;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.kitbag.optim.Reference;
import io.kitbag.optim.schedule.Schedule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WeightAverageTest {

  private static final String FILE = "average/average.txt";
  private static final int STEPS = 200;

  static Stream<Arguments> followers() {
    return Stream.of(
        Arguments.of("timm", Ema.timm(0.9)),
        Arguments.of("constant", new Ema(0.9, new DecayWarmUp.Follow(0), 1)),
        Arguments.of("torchvision", Ema.torchvision(0.999, 4, 32, 2, 20)),
        Arguments.of("swa", new Swa(30, 10)));
  }

  /** Weights and averages are of size 1, and an average forgets what it rounded. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("followers")
  void averagesAsTimmTorchvisionAndTorchDo(String name, AveragingRule rule) {
    try (AveragedWeights weights = new AveragedWeights(rule)) {
      for (long step = 1; step <= STEPS; step++) {
        weights.jump(step);
        weights.average.update(step);
        if (isStored(step) && step >= rule.start()) {
          float[] expected = Reference.floats(FILE, name + "." + step);
          assertClose(weights.averaged(), expected, 1e-6, 1);
        }
      }
    }
  }

  static Stream<Arguments> slowWeights() {
    return Stream.of(
        Arguments.of("lookahead", Lookahead.classic(5, 0.5)),
        Arguments.of("airbench", Lookahead.airbench(STEPS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("slowWeights")
  void returnsToTheSlowWeightsAsThePaperAndAirbenchDo(String name, AveragingRule rule) {
    try (AveragedWeights weights = new AveragedWeights(rule)) {
      for (long step = 1; step <= STEPS; step++) {
        weights.descend(step);
        weights.average.update(step);
        if (isStored(step)) {
          float[] expected = Reference.floats(FILE, name + "." + step);
          assertClose(weights.weight.toFloatArray(), expected, 1e-6, 1);
        }
      }
      assertThat(weights.averaged()).isEqualTo(weights.weights());
    }
  }

  private static boolean isStored(long step) {
    return LongStream.of(1, 5, 20, 60, 200).anyMatch(stored -> stored == step);
  }

  @Test
  void swappingTwiceRestoresEveryBit() {
    try (AveragedWeights weights = new AveragedWeights(Ema.timm(0.9))) {
      float[] averaged = weights.averaged();
      weights.jump(1);
      float[] raw = weights.weights();
      weights.average.swap();
      assertThat(weights.weights()).isEqualTo(averaged);
      assertThat(weights.averaged()).isEqualTo(raw);
      assertThat(weights.weight.hasGradient()).isTrue();
      weights.average.swap();
      assertThat(weights.weights()).isEqualTo(raw);
      assertThat(weights.averaged()).isEqualTo(averaged);
    }
  }

  @Test
  void continuesFromALoadedAverageWithTheSameBits() {
    try (AveragedWeights whole = new AveragedWeights(Ema.timm(0.99));
        AveragedWeights resumed = new AveragedWeights(Ema.timm(0.99))) {
      for (long step = 1; step <= 20; step++) {
        whole.jump(step);
        whole.average.update(step);
        if (step == 13) {
          resumed.average.load(whole.average.state());
        }
        if (step > 13) {
          resumed.jump(step);
          resumed.average.update(step);
        }
      }
      assertThat(resumed.averaged()).isEqualTo(whole.averaged());
    }
  }

  @Test
  void refusesAnAverageOfOtherWeightsAndKeepsItsOwn() {
    try (AveragedWeights weights = new AveragedWeights(Ema.timm(0.9))) {
      float[] before = weights.averaged();
      Map<String, NDArray> other = new HashMap<>(weights.average.state());
      other.put("fc.bias", weights.manager.zeros(new Shape(8)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> weights.average.load(other))
          .withMessageContaining("fc.bias is float32 (8) instead of float32 (7)");
      assertThat(weights.averaged()).isEqualTo(before);
    }
  }

  @Test
  void anUpdateLeavesNoArrayBehind() {
    try (AveragedWeights weights = new AveragedWeights(Ema.timm(0.9))) {
      int before = weights.manager.getManagedArrays().size();
      int own = weights.average.state().get("fc.bias").getManager().getManagedArrays().size();
      weights.average.update(1);
      weights.average.swap();
      assertThat(weights.manager.getManagedArrays()).hasSize(before);
      assertThat(weights.average.state().get("fc.bias").getManager().getManagedArrays())
          .hasSize(own);
    }
  }

  @Test
  void swaRatesFallInCyclesOrStayConstant() {
    Schedule cyclic = new SwaRate(Schedule.constant(1), 4, 0.5, 0.1, 4);
    double[] rates = LongStream.range(3, 10).mapToDouble(cyclic::at).toArray();
    // (1 - t) * 0.5 + t * 0.1 for t = 1/4, 2/4, 3/4, 1, and again.
    double[] expected = {1, 0.4, 0.3, 0.2, 0.1, 0.4, 0.3};
    for (int i = 0; i < rates.length; i++) {
      assertThat(rates[i]).isCloseTo(expected[i], within(1e-15));
    }
    Schedule constant = new SwaRate(Schedule.constant(1), 4, 0.05, 0.05, 1);
    assertThat(Arrays.asList(constant.at(3), constant.at(4), constant.at(99)))
        .containsExactly(1.0, 0.05, 0.05);
  }

  @Test
  void rejectsValuesThatTheFormulasDoNotAllow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ema.timm(1))
        .withMessageContaining("decay=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ema(0.9, DecayWarmUp.Power.TIMM, 0))
        .withMessageContaining("every=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lookahead.classic(5, 0))
        .withMessageContaining("decay=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Swa(-1, 5))
        .withMessageContaining("from=-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SwaRate(Schedule.constant(1), 0, 0.1, 0.2, 1))
        .withMessageContaining("low=0.2");
  }
}
