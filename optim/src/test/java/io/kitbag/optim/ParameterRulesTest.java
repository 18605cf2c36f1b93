package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kitbag.models.TensorSpec;
import io.kitbag.models.zoo.CifarResNet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParameterRulesTest {

  private static final ParameterGroups BASE = ParameterGroups.uniform(1e-4);

  /** conv1, bn1 (weight and bias), fc (weight and bias): depths 0 and 1. */
  private static final List<TensorSpec> SPECS = NoisyQuadratic.SPECS;

  private static ParameterRule undecayed(
      List<ParameterKind> kinds, Optional<String> name, Optional<DepthRange> depth) {
    return new ParameterRule(
        kinds,
        name.map(NamePattern::new),
        depth,
        Optional.of(0.0),
        Optional.empty(),
        Optional.empty());
  }

  private static ParameterRule slow(String name, double factor) {
    return new ParameterRule(
        List.of(),
        Optional.of(new NamePattern(name)),
        Optional.empty(),
        Optional.empty(),
        Optional.of(factor),
        Optional.empty());
  }

  private static ParameterRule frozen(String name, boolean frozen) {
    return new ParameterRule(
        List.of(),
        Optional.of(new NamePattern(name)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(frozen));
  }

  private static List<String> undecayedNames(List<TensorSpec> parameters, ParameterRule rule) {
    ParameterGroups groups = ParameterRules.over(parameters, BASE, List.of(rule));
    return parameters.stream()
        .filter(spec -> spec.role().trainable() && groups.groupOf(spec).weightDecay() == 0)
        .map(TensorSpec::name)
        .toList();
  }

  @Test
  void choosesByKind() {
    Optional<String> any = Optional.empty();
    assertThat(undecayedNames(SPECS, undecayed(List.of(ParameterKind.NORM), any, Optional.empty())))
        .containsExactly("bn1.weight", "bn1.bias");
    assertThat(
            undecayedNames(
                SPECS,
                undecayed(
                    List.of(ParameterKind.BIAS, ParameterKind.NORM_BIAS), any, Optional.empty())))
        .containsExactly("bn1.bias", "fc.bias");
    assertThat(undecayedNames(SPECS, undecayed(List.of(ParameterKind.CONV), any, Optional.empty())))
        .containsExactly("conv1.weight");
    assertThat(
            undecayedNames(SPECS, undecayed(List.of(ParameterKind.LINEAR), any, Optional.empty())))
        .containsExactly("fc.weight");
  }

  @Test
  void choosesByNameAsAGlobOfTheWholeNameOrARegularExpressionAnywhere() {
    assertThat(new NamePattern("layer1.*").matches("layer1.0.conv1.weight")).isTrue();
    assertThat(new NamePattern("layer1.*").matches("layer10.conv1.weight")).isFalse();
    assertThat(new NamePattern("*.bias").matches("fc.bias")).isTrue();
    assertThat(new NamePattern("bias").matches("fc.bias")).as("whole name").isFalse();
    assertThat(new NamePattern("layer?.0.*").matches("layer3.0.conv1.weight")).isTrue();
    assertThat(new NamePattern("fc.(bias)+").matches("fc.bias")).as("only * and ?").isFalse();
    assertThat(new NamePattern("/layer[34]\\.0/").matches("layer3.0.conv1.weight")).isTrue();
    assertThat(new NamePattern("/^0/").matches("layer3.0.conv1.weight")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NamePattern("/layer[34/"))
        .withMessageContaining("/layer[34/ is not a regular expression");
    assertThatIllegalArgumentException().isThrownBy(() -> new NamePattern(""));
  }

  @Test
  void choosesByDepthFromEitherEnd() {
    List<TensorSpec> tensors = CifarResNet.d(8).network().tensors();
    List<ParameterKind> any = List.of();
    List<String> first =
        undecayedNames(
            tensors, undecayed(any, Optional.empty(), Optional.of(new DepthRange(0, 0))));
    assertThat(first).containsExactly("conv1.weight", "bn1.weight", "bn1.bias");
    List<String> last =
        undecayedNames(
            tensors, undecayed(any, Optional.empty(), Optional.of(new DepthRange(-1, -1))));
    assertThat(last).containsExactly("fc.weight", "fc.bias");
    List<String> rest =
        undecayedNames(
            tensors, undecayed(any, Optional.empty(), Optional.of(new DepthRange(1, -2))));
    assertThat(rest.size() + first.size() + last.size())
        .isEqualTo((int) tensors.stream().filter(spec -> spec.role().trainable()).count());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DepthRange(-1, -2))
        .withMessageContaining("depth [-1, -2] is empty");
  }

  @Test
  void allConditionsOfARuleMustHold() {
    assertThat(
            undecayedNames(
                SPECS,
                undecayed(
                    List.of(ParameterKind.BIAS, ParameterKind.NORM),
                    Optional.of("*.bias"),
                    Optional.of(new DepthRange(0, 0)))))
        .containsExactly("bn1.bias");
  }

  @Test
  void laterRulesOverrideWhatTheySetAndNothingElse() {
    ParameterGroups groups =
        ParameterRules.over(
            SPECS,
            BASE,
            List.of(
                undecayed(List.of(ParameterKind.NORM), Optional.empty(), Optional.empty()),
                slow("*", 0.1),
                slow("fc.*", 3),
                frozen("bn1.*", true),
                frozen("bn1.bias", false)));
    assertThat(SPECS.stream().map(groups::groupOf))
        .containsExactly(
            new ParameterGroup(1e-4, 0.1, false),
            new ParameterGroup(0, 0.1, true),
            new ParameterGroup(0, 0.1, false),
            new ParameterGroup(1e-4, 3, false),
            new ParameterGroup(1e-4, 3, false));
  }

  @Test
  void refusesARuleThatFitsNothingAndFreezingEverything() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ParameterRules.over(SPECS, BASE, List.of(slow("fc.*", 1), slow("head.*", 1))))
        .withMessageContaining("rule 2 (kinds any, name head.*, depth any) fits no parameter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterRules.over(SPECS, BASE, List.of(frozen("*", true))))
        .withMessageContaining("every parameter is frozen");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ParameterRule(
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()))
        .withMessageContaining("must set something");
  }

  @Test
  void frozenParametersStayAsTheyAreAndHaveNoState() {
    ParameterGroups groups =
        ParameterRules.over(SPECS, BASE, List.of(frozen("conv1.*", true), frozen("fc.bias", true)));
    try (NoisyQuadratic problem = new NoisyQuadratic(Sgd.nesterov(0.9), groups);
        NoisyQuadratic free = new NoisyQuadratic(Sgd.nesterov(0.9), BASE)) {
      float[] conv = problem.parameters.get(0).toFloatArray();
      float[] bias = problem.parameters.get(4).toFloatArray();
      for (int step = 0; step < 3; step++) {
        problem.step(step, 0.1);
        free.step(step, 0.1);
      }
      assertThat(problem.parameters.get(0).toFloatArray()).isEqualTo(conv);
      assertThat(problem.parameters.get(4).toFloatArray()).isEqualTo(bias);
      assertThat(problem.parameters.get(3).toFloatArray())
          .isEqualTo(free.parameters.get(3).toFloatArray());
      assertThat(problem.optimizer().state())
          .containsOnlyKeys(
              "bn1.weight.momentum_buffer",
              "bn1.bias.momentum_buffer",
              "fc.weight.momentum_buffer",
              "step");
    }
  }
}
