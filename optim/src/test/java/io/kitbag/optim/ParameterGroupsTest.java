package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kitbag.models.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParameterGroupsTest {

  @Test
  void noBiasDecayDecaysConvolutionAndLinearWeightsOnly() {
    Map<ParameterGroup, List<TensorSpec>> groups =
        ParameterGroups.noBiasDecay(1e-4).split(NoisyQuadratic.SPECS);
    assertThat(groups).hasSize(2);
    assertThat(groups.get(ParameterGroup.decayedBy(1e-4)))
        .extracting(TensorSpec::name)
        .containsExactly("conv1.weight", "fc.weight");
    assertThat(groups.get(ParameterGroup.decayedBy(0)))
        .extracting(TensorSpec::name)
        .containsExactly("bn1.weight", "bn1.bias", "fc.bias");
  }

  @Test
  void uniformDecaysEverything() {
    assertThat(ParameterGroups.uniform(1e-4).split(NoisyQuadratic.SPECS))
        .containsExactly(Map.entry(ParameterGroup.decayedBy(1e-4), NoisyQuadratic.SPECS));
  }

  @Test
  void rejectsDecayAndFactorThatAreNegativeOrNotFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterGroups.noBiasDecay(-1e-4))
        .withMessageContaining("weightDecay=-1.0E-4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterGroup.decayedBy(0).withLearningRateFactor(Double.NaN))
        .withMessageContaining("learningRateFactor=NaN");
  }
}
