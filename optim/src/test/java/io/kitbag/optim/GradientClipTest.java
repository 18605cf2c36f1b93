package io.kitbag.optim;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientClipTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void free() {
    manager.close();
  }

  /** Products of two float32 factors and a sum of 80 squares: 1e-6 relative. */
  @ParameterizedTest
  @CsvSource({"above, 1, 0.5", "below, 1e-4, 0.5", "farAbove, 1e6, 10", "tiny, 1e-4, 1e-4"})
  void equalsPyTorch(String name, float scale, double limit) {
    NDList gradients = new NDList();
    for (int i = 0; i < NoisyQuadratic.SPECS.size(); i++) {
      int size = (int) NoisyQuadratic.SPECS.get(i).size();
      gradients.add(manager.create(Noise.scaled(i, size, scale)));
    }
    try (GradientClip clip = GradientClip.globalNorm(manager, limit)) {
      int before = manager.getManagedArrays().size();
      try (NDArray norm = clip.clip(manager, gradients)) {
        float[] expected = Reference.floats("clip." + name + ".norm");
        assertClose(norm.toFloatArray(), expected, 1e-6, 0);
        assertThat(norm.getShape()).isEqualTo(new Shape());
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
    assertClose(
        NoisyQuadratic.flat(gradients), Reference.floats("clip." + name + ".gradients"), 1e-6, 0);
  }

  @ParameterizedTest
  @CsvSource({"value", "adaptive"})
  void clipsValuesAndUnitsAsPyTorchAndTimm(String name) {
    try (NoisyQuadratic problem = new NoisyQuadratic(Sgd.momentum(0), ParameterGroups.uniform(0));
        GradientClip clip =
            name.equals("value")
                ? GradientClip.value(problem.manager, 0.25)
                : GradientClip.adaptive(
                    problem.manager, NoisyQuadratic.SPECS, problem.parameters, 0.3);
        NDList gradients = new NDList()) {
      for (int i = 0; i < NoisyQuadratic.SPECS.size(); i++) {
        NDArray weight = problem.parameters.get(i);
        gradients.add(problem.manager.create(Noise.of(i, (int) weight.size()), weight.getShape()));
      }
      float[] before = NoisyQuadratic.flat(gradients);
      float norm = clip.clip(problem.manager, gradients).getFloat();
      float[] after = NoisyQuadratic.flat(gradients);
      assertClose(after, Reference.floats("clip." + name + ".gradients"), 1e-6);
      assertThat(after).isNotEqualTo(before);
      double squares = 0;
      for (float value : before) {
        squares += (double) value * value;
      }
      assertThat((double) norm).as("norm before").isCloseTo(Math.sqrt(squares), within(1e-5));
    }
  }

  @Test
  void shrinksNegativeGradientsToo() {
    try (GradientClip clip = GradientClip.globalNorm(manager, 5)) {
      NDArray a = manager.create(new float[] {-6, 0});
      NDArray b = manager.create(new float[] {8});
      clip.clip(manager, List.of(a, b));
      assertClose(a.toFloatArray(), new float[] {-3, 0}, 1e-6, 0);
      assertClose(b.toFloatArray(), new float[] {4}, 1e-6, 0);
    }
  }

  @Test
  void aGradientThatIsNotFiniteShowsInTheNorm() {
    try (GradientClip clip = GradientClip.globalNorm(manager, 1)) {
      NDArray gradient = manager.create(new float[] {1, Float.NaN});
      assertThat(clip.clip(manager, List.of(gradient)).getFloat()).isNaN();
    }
  }

  @Test
  void rejectsALimitThatIsNotPositive() {
    for (double limit : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GradientClip.globalNorm(manager, limit))
          .withMessageContaining("maxNorm=" + limit);
    }
  }
}
