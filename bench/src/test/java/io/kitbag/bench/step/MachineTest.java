package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void namesTheVariableThatDecidesHowOpenMpWaits() {
    Map<String, String> both = Map.of("GOMP_SPINCOUNT", "3000", "OMP_WAIT_POLICY", "passive");

    assertThat(Machine.openMpWait(both)).isEqualTo("GOMP_SPINCOUNT 3000");
    assertThat(Machine.openMpWait(Map.of("OMP_WAIT_POLICY", "active")))
        .isEqualTo("OMP_WAIT_POLICY active");
    assertThat(Machine.openMpWait(Map.of())).isEqualTo("OMP_WAIT_POLICY default");
  }
}
