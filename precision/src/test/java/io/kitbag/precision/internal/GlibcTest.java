package io.kitbag.precision.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class GlibcTest {

  @Test
  void setsThresholdsAndPadding() {
    List<String> calls = new ArrayList<>();
    boolean taken =
        Glibc.set(
            (parameter, value) -> {
              calls.add(parameter + "=" + value);
              return 1;
            });
    assertThat(taken).isTrue();
    // M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_TOP_PAD of malloc.h.
    assertThat(calls).containsExactly("-3=1073741824", "-1=2147483647", "-2=67108864");
  }

  @Test
  void tellsWhenOneSettingIsRefused() {
    for (int refused = -3; refused < 0; refused++) {
      int number = refused;
      assertThat(Glibc.set((parameter, value) -> parameter == number ? 0 : 1)).isFalse();
    }
  }

  @Test
  void leavesTheAllocatorAloneWhenAsked() {
    assertThat(Glibc.tuneMalloc(Map.of("KITBAG_MALLOC", "system"))).isFalse();
  }

  @Test
  void leavesSettingsOfTheEnvironmentInForce() {
    assertThat(Glibc.tuneMalloc(Map.of("MALLOC_MMAP_THRESHOLD_", "1"))).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void reachesTheCLibrary() {
    assertThat(Glibc.tuneMalloc(Map.of())).isTrue();
  }
}
