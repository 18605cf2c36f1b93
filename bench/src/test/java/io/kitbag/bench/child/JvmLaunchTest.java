package io.kitbag.bench.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JvmLaunchTest {

  /** Stands for the main class of a child. */
  private static final class Child {}

  @Test
  void startsFromModulesIfThisProgramDoes() {
    JvmLaunch launch =
        new JvmLaunch(
            Path.of("bin/java"),
            Optional.of("lib"),
            "native/some.jar",
            List.of("-Dai.djl.offline=true"));

    assertThat(launch.command(Child.class))
        .containsExactly(
            Path.of("bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Dai.djl.offline=true",
            "-cp",
            "native/some.jar",
            "-p",
            "lib",
            "--add-modules",
            "ALL-MODULE-PATH",
            "-m",
            "io.kitbag.bench/" + Child.class.getName());
  }

  @Test
  void startsFromTheClassPathOtherwise() {
    JvmLaunch launch = new JvmLaunch(Path.of("java"), Optional.empty(), "a.jar:b", List.of());

    assertThat(launch.command(Child.class)).endsWith("-cp", "a.jar:b", Child.class.getName());
  }

  @Test
  void letsNumbersBeWrittenAsHere() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    try {
      assertThat(JvmLaunch.likeThis().flags()).endsWith("-Duser.language.format=");
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void inheritsPropertiesAndModuleOptionsButNoHeapOrAgents() {
    assertThat(JvmLaunch.isInherited("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")).isTrue();
    assertThat(JvmLaunch.isInherited("--enable-native-access=com.sun.jna")).isTrue();
    assertThat(JvmLaunch.isInherited("--add-modules=ALL-MODULE-PATH")).isTrue();
    assertThat(JvmLaunch.isInherited("-Xmx3g")).isFalse();
    assertThat(JvmLaunch.isInherited("-XX:+UseParallelGC")).isFalse();
    assertThat(JvmLaunch.isInherited("-agentlib:jdwp=transport=dt_socket")).isFalse();
    assertThat(JvmLaunch.isInherited("-Djdk.module.main=io.kitbag.train")).isFalse();
  }
}
