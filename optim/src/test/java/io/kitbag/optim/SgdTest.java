package io.kitbag.optim;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import io.kitbag.optim.schedule.Schedule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SgdTest {

  private static final Schedule RATE = Schedule.peak(0.1).warmUp(10).cosine(200, 0.001);

  private static final Set<Integer> STORED_AFTER = Set.of(1, 2, 10, 100, 200);

  private static final ParameterGroups FAST_HEAD =
      parameter ->
          parameter.name().startsWith("fc.")
              ? ParameterGroup.decayedBy(0.01).withLearningRateFactor(3)
              : ParameterGroup.decayedBy(0.001);

  static Stream<Arguments> trajectories() {
    return Stream.of(
        Arguments.of("sgd", Sgd.momentum(0), ParameterGroups.uniform(0)),
        Arguments.of("momentum", Sgd.momentum(0.9), ParameterGroups.noBiasDecay(0.01)),
        Arguments.of("dampened", new Sgd(0.9, 0.3, false), ParameterGroups.uniform(1e-4)),
        Arguments.of("nesterov", Sgd.nesterov(0.9), ParameterGroups.noBiasDecay(0.005)),
        Arguments.of("nesterovFastHead", Sgd.nesterov(0.875), FAST_HEAD));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trajectories")
  void followsPyTorchFor200Steps(String name, Sgd rule, ParameterGroups groups) {
    try (NoisyQuadratic problem = new NoisyQuadratic(rule, groups)) {
      for (int step = 0; step < 200; step++) {
        problem.step(step, RATE.at(step));
        int taken = step + 1;
        if (STORED_AFTER.contains(taken)) {
          float[] expected = Reference.floats(name + ".parameters." + taken);
          assertClose(problem.weights(), expected, 1e-6);
        }
      }
      Map<String, NDArray> state = problem.optimizer().state();
      List<NDArray> buffers =
          NoisyQuadratic.SPECS.stream()
              .map(spec -> state.get(spec.name() + ".momentum_buffer"))
              .filter(buffer -> buffer != null)
              .toList();
      assertClose(NoisyQuadratic.flat(buffers), Reference.floats(name + ".momentum"), 1e-6);
    }
  }

  @Test
  void rejectsValuesThatTheFormulaDoesNotAllow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sgd.momentum(1))
        .withMessage("momentum=1.0 of SGD must be in [0, 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sgd.momentum(Double.NaN))
        .withMessageContaining("momentum=NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(0.9, 1.5, false))
        .withMessageContaining("dampening=1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(0, 0, true))
        .withMessageContaining("Nesterov needs momentum");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(0.9, 0.1, true))
        .withMessageContaining("dampening 0");
  }
}
