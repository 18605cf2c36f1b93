package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  @ParameterizedTest
  @CsvSource({"61, FP32", "70, FP16", "75, FP16", "80, BF16", "90, BF16", "120, BF16"})
  void theFastestFormatOfAGpuIsWhatItsTensorCoresKnow(String capability, ComputeType fastest) {
    assertThat(Policy.fastestOnGpu(capability)).isEqualTo(fastest);
  }
}
