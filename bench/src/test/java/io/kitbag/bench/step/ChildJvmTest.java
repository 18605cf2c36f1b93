package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The protocol with children that misbehave; the one that behaves is in StepChildTest. */
class ChildJvmTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ChildRequest REQUEST = new ChildRequest(Samples.COMPILED, Samples.SETTINGS);

  /** Dies as a JVM whose native library calls abort does. */
  static final class DyingChild {
    public static void main(String[] arguments) {
      System.err.println("terminate called");
      Runtime.getRuntime().halt(134);
    }
  }

  static final class BabblingChild {
    public static void main(String[] arguments) {
      System.out.println("hello");
    }
  }

  static final class HangingChild {
    public static void main(String[] arguments) throws InterruptedException {
      Thread.sleep(LONG.toMillis());
    }
  }

  private static ChildReply reply(Class<?> child, Duration timeout) throws InterruptedException {
    return new ChildJvm(JvmLaunch.likeThis().command(child), timeout).run(REQUEST);
  }

  @Test
  void aChildThatDiesIsAnErrorWithItsLastWords() throws InterruptedException {
    assertThat(reply(DyingChild.class, LONG).error())
        .isEqualTo("the child JVM ended with exit code 134: terminate called");
  }

  @Test
  void aChildThatAnswersSomethingElseIsAnError() throws InterruptedException {
    assertThat(reply(BabblingChild.class, LONG).error())
        .isEqualTo("the child JVM answered 'hello'");
  }

  @Test
  void aChildThatTakesTooLongIsKilled() throws InterruptedException {
    assertThat(reply(HangingChild.class, Duration.ofSeconds(1)).error())
        .isEqualTo("killed after 1 s");
  }

  @Test
  void startsFromModulesIfThisProgramDoes() {
    JvmLaunch launch =
        new JvmLaunch(
            Path.of("bin/java"),
            Optional.of("lib"),
            "native/some.jar",
            List.of("-Dai.djl.offline=true"));

    assertThat(launch.command(StepChild.class))
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
            "io.kitbag.bench/io.kitbag.bench.step.StepChild");
  }

  @Test
  void startsFromTheClassPathOtherwise() {
    JvmLaunch launch = new JvmLaunch(Path.of("java"), Optional.empty(), "a.jar:b", List.of());

    assertThat(launch.command(StepChild.class))
        .endsWith("-cp", "a.jar:b", "io.kitbag.bench.step.StepChild");
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
