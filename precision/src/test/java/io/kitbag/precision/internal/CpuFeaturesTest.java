package io.kitbag.precision.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {

  private static final String SAPPHIRE_RAPIDS =
      """
      processor\t: 0
      vendor_id\t: GenuineIntel
      flags\t\t: fpu sse4_1 avx avx2 avx512f avx512dq avx512bw avx512vl avx512_bf16 amx_bf16
      processor\t: 1
      flags\t\t: fpu
      """;

  @Test
  void findsAvx512AndBf16Instructions() {
    CpuFeatures features = parse(SAPPHIRE_RAPIDS);
    assertThat(features.hasFastBf16()).isTrue();
    assertThat(features.hasBf16Instructions()).isTrue();
  }

  @Test
  void tellsFastConvolutionsFromInstructions() {
    CpuFeatures skylake = parse("flags\t\t: avx2 avx512f avx512dq avx512bw avx512vl\n");
    assertThat(skylake.hasFastBf16()).isTrue();
    assertThat(skylake.hasBf16Instructions()).isFalse();
  }

  @Test
  void wantsAllThreePartsOfAvx512() {
    assertThat(parse("flags\t\t: avx2 avx512f avx512dq avx512bw\n").hasFastBf16()).isFalse();
    assertThat(parse("flags\t\t: fpu sse4_1 avx avx2 fma\n").hasFastBf16()).isFalse();
  }

  @Test
  void readsArmFeatures() {
    CpuFeatures graviton3 = parse("processor\t: 0\nFeatures\t: fp asimd sve bf16 i8mm\n");
    assertThat(graviton3.hasFastBf16()).isTrue();
    assertThat(graviton3.hasBf16Instructions()).isTrue();
    assertThat(parse("Features\t: fp asimd\n").hasFastBf16()).isFalse();
  }

  @Test
  void assumesNothingWithoutInformation() {
    assertThat(parse("")).isEqualTo(CpuFeatures.read(Path.of("no-such-file")));
    assertThat(parse("").hasFastBf16()).isFalse();
  }

  @Test
  void heedsTheLimitOfOneDnn() {
    CpuFeatures features = parse(SAPPHIRE_RAPIDS);
    for (String limit : new String[] {"SSE41", "AVX", "AVX2", "AVX2_VNNI_2"}) {
      CpuFeatures capped = features.cappedBy(Map.of("ONEDNN_MAX_CPU_ISA", limit));
      assertThat(capped.hasFastBf16()).as(limit).isFalse();
      assertThat(capped.hasBf16Instructions()).as(limit).isFalse();
    }
    for (String limit : new String[] {"DEFAULT", "ALL", "AVX512_CORE", "AVX512_CORE_BF16"}) {
      assertThat(features.cappedBy(Map.of("ONEDNN_MAX_CPU_ISA", limit))).isEqualTo(features);
    }
    assertThat(features.cappedBy(Map.of())).isEqualTo(features);
  }

  private static CpuFeatures parse(String cpuinfo) {
    return CpuFeatures.parse(cpuinfo.lines());
  }
}
