package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.precision.script.ScriptModule;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimizerTest {

  private static final Sgd RULE = Sgd.nesterov(0.9);
  private static final ParameterGroups GROUPS = ParameterGroups.noBiasDecay(0.01);

  @Test
  void continuesFromALoadedStateWithTheSameBits() {
    try (NoisyQuadratic whole = new NoisyQuadratic(RULE, GROUPS);
        NoisyQuadratic first = new NoisyQuadratic(RULE, GROUPS);
        NoisyQuadratic second = new NoisyQuadratic(RULE, GROUPS)) {
      for (int step = 0; step < 30; step++) {
        whole.step(step, 0.05);
      }
      for (int step = 0; step < 13; step++) {
        first.step(step, 0.05);
      }
      for (int i = 0; i < first.parameters.size(); i++) {
        second.parameters.get(i).set(first.parameters.get(i).toFloatArray());
      }
      second.optimizer().load(first.optimizer().state());
      assertThat(second.optimizer().steps()).isEqualTo(13);
      for (int step = 13; step < 30; step++) {
        second.step(step, 0.05);
      }
      assertThat(second.weights()).isEqualTo(whole.weights());
    }
  }

  @Test
  void aStateLoadedBeforeTheFirstStepIsAFreshStart() {
    try (NoisyQuadratic whole = new NoisyQuadratic(RULE, GROUPS);
        NoisyQuadratic reloaded = new NoisyQuadratic(RULE, GROUPS)) {
      reloaded.optimizer().load(whole.optimizer().state());
      whole.step(0, 0.05);
      reloaded.step(0, 0.05);
      assertThat(reloaded.weights()).isEqualTo(whole.weights());
    }
  }

  @Test
  void writesItsScriptsWithTheSameDigitsInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try (NoisyQuadratic sgd = new NoisyQuadratic(RULE, GROUPS);
        NoisyQuadratic muon = new NoisyQuadratic(Muon.with(RULE), GROUPS)) {
      sgd.step(0, 0.05);
      muon.step(0, 0.05);
      assertThat(sgd.weights()).isNotEqualTo(muon.weights());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void namesItsStateByParameter() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS)) {
      problem.step(0, 0.05);
      problem.step(1, 0.05);
      Map<String, NDArray> state = problem.optimizer().state();
      assertThat(state)
          .containsOnlyKeys(
              "conv1.weight.momentum_buffer",
              "bn1.weight.momentum_buffer",
              "bn1.bias.momentum_buffer",
              "fc.weight.momentum_buffer",
              "fc.bias.momentum_buffer",
              "step");
      assertThat(state.get("step").getFloat()).isEqualTo(2);
      assertThat(state.get("fc.weight.momentum_buffer").getShape()).isEqualTo(new Shape(5, 3));
    }
  }

  @Test
  void aStepLeavesNoArrayBehind() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS)) {
      problem.step(0, 0.05);
      try (NDList gradients = problem.gradients(1)) {
        int before = problem.manager.getManagedArrays().size();
        int inState =
            problem.optimizer().state().get("step").getManager().getManagedArrays().size();
        problem.optimizer().step(gradients, 0.05);
        assertThat(problem.manager.getManagedArrays()).hasSize(before);
        assertThat(problem.optimizer().state().get("step").getManager().getManagedArrays())
            .hasSize(inState);
      }
    }
  }

  @Test
  void closingFreesTheStateAndKeepsTheParameters() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.ones(new Shape(2));
      TensorSpec spec = new TensorSpec("w", Role.BIAS, List.of(2));
      Optimizer optimizer = RULE.optimizer(manager, GROUPS, List.of(spec), List.of(weight));
      NDArray buffer = optimizer.state().get("w.momentum_buffer");
      optimizer.close();
      assertThat(buffer.isReleased()).isTrue();
      assertThat(weight.toFloatArray()).containsExactly(1, 1);
    }
  }

  @Test
  void weightsStayLeavesThatRequireGradients() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS)) {
      problem.step(0, 0.05);
      NDArray weight = problem.parameters.get(0);
      assertThat(weight.hasGradient()).isTrue();
      try (var collector = problem.manager.getEngine().newGradientCollector()) {
        collector.backward(weight.mul(3).sum());
        assertThat(weight.getGradient().toFloatArray()).containsOnly(3);
      }
    }
  }

  @Test
  void refusesAStateThatDoesNotFitAndKeepsItsOwn() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS)) {
      problem.step(0, 0.05);
      Optimizer optimizer = problem.optimizer();
      float[] before = optimizer.state().get("fc.bias.momentum_buffer").toFloatArray();
      Map<String, NDArray> other = new HashMap<>(optimizer.state());
      other.remove("bn1.bias.momentum_buffer");
      other.put("fc.weight.momentum_buffer", problem.manager.zeros(new Shape(10, 3)));
      other.put("fc.bias.momentum_buffer", problem.manager.zeros(new Shape(5)));
      other.put("fc.bias.exp_avg", problem.manager.zeros(new Shape(5)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> optimizer.load(other))
          .withMessageContaining("bn1.bias.momentum_buffer is missing")
          .withMessageContaining(
              "fc.weight.momentum_buffer is float32 (10, 3) instead of float32 (5, 3)")
          .withMessageContaining("fc.bias.exp_avg is unknown")
          .withMessageContaining("must come from the same optimizer and network");
      assertThat(optimizer.state().get("fc.bias.momentum_buffer").toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void refusesAStepCountThatIsNotOne() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS)) {
      Map<String, NDArray> other = new LinkedHashMap<>(problem.optimizer().state());
      other.put("step", problem.manager.create(2.5f));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> problem.optimizer().load(other))
          .withMessageContaining("step=2.5 is not a number of steps");
    }
  }

  @Test
  void refusesGradientsAndRatesThatDoNotFit() {
    try (NoisyQuadratic problem = new NoisyQuadratic(RULE, GROUPS);
        NDList gradients = problem.gradients(0)) {
      Optimizer optimizer = problem.optimizer();
      float[] before = problem.weights();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> optimizer.step(gradients.subNDList(1), 0.1))
          .withMessageContaining("4 gradients given for 5 parameters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> optimizer.step(gradients, Double.NaN))
          .withMessageContaining("learning rate NaN of step 0");
      NDList swapped = new NDList(gradients);
      swapped.set(4, gradients.get(1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> optimizer.step(swapped, 0.1))
          .withMessage("gradient of fc.bias must be float32 (5), but is float32 (3)");
      assertThat(problem.weights()).isEqualTo(before);
      assertThat(optimizer.steps()).isZero();
    }
  }

  @Test
  void refusesWeightsThatCannotBeOptimized() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.ones(new Shape(2));
      TensorSpec spec = new TensorSpec("w", Role.BIAS, List.of(2));
      TensorSpec buffer = new TensorSpec("bn.running_mean", Role.RUNNING_MEAN, List.of(2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RULE.optimizer(manager, GROUPS, List.of(buffer), List.of(weight)))
          .withMessageContaining("bn.running_mean is a buffer");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RULE.optimizer(manager, GROUPS, List.of(), List.of()))
          .withMessageContaining("at least one parameter");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> RULE.optimizer(manager, GROUPS, List.of(spec, spec), List.of(weight, weight)))
          .withMessageContaining("two parameters are called w");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  RULE.optimizer(
                      manager,
                      GROUPS,
                      List.of(spec),
                      List.of(weight.toType(DataType.FLOAT16, true))))
          .withMessage("weight of w must be float32 (2), but is float16 (2)");
    }
  }

  @Test
  void keepsItsStateInTheMemoryLayoutOfTheWeights() {
    try (NDManager manager = NDManager.newBaseManager();
        ScriptModule layout =
            ScriptModule.compile(
                manager,
                """
                def channels_last(self: __torch__.M, x: Tensor) -> Tensor:
                  return torch.clone(x, memory_format=2)
                def strides(self: __torch__.M, x: Tensor) -> Tensor:
                  return torch.tensor(torch.stride(x))
                """)) {
      Shape shape = new Shape(2, 3, 2, 2);
      float[] values = Noise.of(0, 24);
      NDArray weight =
          layout.run(manager, "channels_last", manager.create(values, shape)).singletonOrThrow();
      NDArray gradient =
          layout.run(manager, "channels_last", manager.create(values, shape)).singletonOrThrow();
      TensorSpec spec = new TensorSpec("w", Role.CONV_WEIGHT, List.of(2, 3, 2, 2));
      try (Optimizer optimizer =
          RULE.optimizer(manager, ParameterGroups.uniform(0), List.of(spec), List.of(weight))) {
        optimizer.step(List.of(gradient), 0.1);
        NDArray buffer = optimizer.state().get("w.momentum_buffer");
        assertThat(layout.run(manager, "strides", buffer).singletonOrThrow().toLongArray())
            .containsExactly(12, 1, 6, 3);
        assertThat(buffer.toFloatArray()).isEqualTo(values);
      }
    }
  }

  /** The seam for more optimizers: a rule written in a test, with two slots and a step count. */
  @Test
  void runsRulesThatWereWrittenElsewhere() {
    UpdateRule rule =
        new UpdateRule() {
          @Override
          public List<String> slots() {
            return List.of("sum", "last");
          }

          @Override
          public String update(ParameterGroup group) {
            return """
                torch.add_(sum, g, alpha=torch.add(step, 1))
                torch.copy_(last, g)
                torch.add_(p, sum, alpha=torch.neg(lr))
                """;
          }
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.create(new float[] {100});
      TensorSpec spec = new TensorSpec("w", Role.BIAS, List.of(1));
      try (Optimizer optimizer =
          rule.optimizer(manager, ParameterGroups.uniform(0), List.of(spec), List.of(weight))) {
        optimizer.step(List.of(manager.create(new float[] {1})), 1);
        optimizer.step(List.of(manager.create(new float[] {2})), 1);
        assertThat(weight.toFloatArray()).containsExactly(100 - 1 - (1 + 2 * 2));
        assertThat(optimizer.state().get("w.last").toFloatArray()).containsExactly(2);
      }
    }
  }
}
