package io.kitbag.optim.internal;

import static io.kitbag.optim.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.optim.Adam;
import io.kitbag.optim.Decay;
import io.kitbag.optim.Lamb;
import io.kitbag.optim.Lars;
import io.kitbag.optim.Lion;
import io.kitbag.optim.Muon;
import io.kitbag.optim.MxnetNag;
import io.kitbag.optim.NAdam;
import io.kitbag.optim.NoisyQuadratic;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.Reference;
import io.kitbag.optim.RmsProp;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.TfRmsProp;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.internal.StepScript.Form;
import io.kitbag.optim.schedule.Schedule;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule in both forms against {@code reference.py}: PyTorch, timm, or the written formula. */
class TrajectoryTest {

  private static final ParameterGroups GROUPS = ParameterGroups.noBiasDecay(0.01);

  private static final Set<Integer> STORED_AFTER = Set.of(1, 20, 200);

  private record Case(String name, double scale, UpdateRule rule) {}

  static Stream<Arguments> rules() {
    return Stream.of(
            new Case("sgdw", 1, Sgd.nesterov(0.9).decoupled()),
            new Case("sgdwPlain", 1, Sgd.momentum(0.9).decoupled()),
            new Case("mxnetNag", 1, new MxnetNag(0.9)),
            new Case("rmsprop", 0.1, new RmsProp(0.99, 1e-8, 0, false)),
            new Case("rmspropCentered", 0.1, new RmsProp(0.9, 1e-3, 0.9, true)),
            new Case("rmspropTf", 0.1, new TfRmsProp(0.9, 1e-3, 0.9)),
            new Case("rmspropTfPlain", 0.1, new TfRmsProp(0.9, 1e-10, 0)),
            new Case("adam", 0.1, Adam.adam()),
            new Case("adamw", 0.1, new Adam(0.8, 0.99, 1e-6, Decay.DECOUPLED)),
            new Case("nadam", 0.1, NAdam.nadam()),
            new Case("nadamw", 0.1, new NAdam(0.9, 0.999, 1e-8, 4e-3, Decay.DECOUPLED)),
            new Case("lamb", 0.1, Lamb.lamb()),
            new Case("lambAlways", 0.1, new Lamb(0.9, 0.999, 1e-6, true)),
            new Case("lars", 1, Lars.lars()),
            new Case("larsNesterov", 1, new Lars(0.9, true, 0.02, 1e-8, true)),
            new Case("lion", 0.1, Lion.lion()),
            new Case("muon", 0.1, Muon.with(Sgd.momentum(0))),
            new Case("muonAdamw", 0.1, Muon.with(Adam.adamW())),
            new Case("muonPlain", 0.1, new Muon(0.9, false, 3, false, Sgd.momentum(0))))
        .flatMap(
            rule ->
                Stream.of(Form.values())
                    .map(form -> Arguments.of(rule.name(), form, rule.scale(), rule.rule())));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rules")
  void followsTheReferenceFor200Steps(String name, Form form, double scale, UpdateRule rule) {
    Schedule rate = Schedule.peak(0.1).warmUp(10).cosine(200, 0.001);
    try (NoisyQuadratic problem = problem(rule, form)) {
      float[] first = problem.weights();
      for (int step = 0; step < 200; step++) {
        problem.step(step, rate.at(step) * scale);
        int taken = step + 1;
        if (STORED_AFTER.contains(taken)) {
          float[] expected = Reference.floats(name + ".parameters." + taken);
          assertClose(problem.weights(), expected, 1e-6);
        }
      }
      assertThat(problem.weights()).as("it moved").isNotEqualTo(first);
    }
  }

  /** State in the middle of everything: running products, first steps. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rules")
  void continuesFromASavedStateWithTheSameBits(
      String name, Form form, double scale, UpdateRule rule) {
    try (NoisyQuadratic whole = problem(rule, form);
        NoisyQuadratic first = problem(rule, form);
        NoisyQuadratic second = problem(rule, form)) {
      for (int step = 0; step < 13; step++) {
        whole.step(step, 0.05 * scale);
        if (step < 7) {
          first.step(step, 0.05 * scale);
        }
      }
      second.step(0, 0.05 * scale);
      second.copyWeights(first);
      second.optimizer().load(first.optimizer().state());
      for (int step = 7; step < 13; step++) {
        second.step(step, 0.05 * scale);
      }
      assertThat(second.weights()).isEqualTo(whole.weights());
    }
  }

  private static NoisyQuadratic problem(UpdateRule rule, Form form) {
    return new NoisyQuadratic(
        (manager, specs, parameters) ->
            new ScriptedOptimizer(manager, rule, GROUPS, specs, parameters, form));
  }
}
