package io.kitbag.optim;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.kitbag.optim.schedule.Schedule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharpnessAwareTest {

  @ParameterizedTest
  @CsvSource({"sam, 0.05, false", "asam, 0.5, true"})
  void followsTheReferenceFor200Steps(String name, double rho, boolean adaptive) {
    Schedule rate = Schedule.peak(0.1).warmUp(10).cosine(200, 0.001);
    try (NoisyQuadratic problem =
            new NoisyQuadratic(Sgd.momentum(0.9), ParameterGroups.uniform(0));
        SharpnessAware sharpness = of(problem, rho, adaptive)) {
      for (int step = 0; step < 200; step++) {
        try (NDList first = problem.gradients(step)) {
          sharpness.climb(first);
        }
        try (NDList second = problem.gradients(step)) {
          sharpness.descend();
          problem.optimizer().step(second, rate.at(step));
        }
        if (Set.of(1, 20, 200).contains(step + 1)) {
          assertClose(
              problem.weights(), Reference.floats(name + ".parameters." + (step + 1)), 1e-6);
        }
      }
    }
  }

  @Test
  void bringsWeightsAndOthersBackBitForBit() {
    try (NoisyQuadratic problem = new NoisyQuadratic(Sgd.momentum(0), ParameterGroups.uniform(0));
        NDArray mean = problem.manager.create(new float[] {1, 2});
        NDList gradients = problem.gradients(0);
        SharpnessAware sharpness =
            SharpnessAware.sam(problem.manager, 0.1, problem.parameters, new NDList(mean))) {
      float[] before = problem.weights();
      sharpness.climb(gradients);
      mean.set(new float[] {7, 8});
      double squares = 0;
      float[] there = problem.weights();
      for (int i = 0; i < there.length; i++) {
        squares += Math.pow(there[i] - before[i], 2);
      }
      assertThat(Math.sqrt(squares)).isBetween(0.0999, 0.1001);
      sharpness.descend();
      assertThat(problem.weights()).isEqualTo(before);
      assertThat(mean.toFloatArray()).containsExactly(1, 2);
    }
  }

  @Test
  void rejectsADistanceThatIsNotPositive() {
    try (NoisyQuadratic problem = new NoisyQuadratic(Sgd.momentum(0), ParameterGroups.uniform(0))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of(problem, 0, false))
          .withMessageContaining("rho=0.0");
    }
  }

  private static SharpnessAware of(NoisyQuadratic problem, double rho, boolean adaptive) {
    return adaptive
        ? SharpnessAware.asam(problem.manager, rho, problem.parameters, new NDList())
        : SharpnessAware.sam(problem.manager, rho, problem.parameters, new NDList());
  }
}
