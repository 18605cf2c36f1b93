package io.kitbag.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.peer.FakePython;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StartupBenchTest {

  private static final StartupSettings SETTINGS =
      new StartupSettings("cifar_resnet8d", 10, 32, 2, ComputeType.FP32, Layout.CHANNELS_LAST, 1);
  private static final Machine MACHINE =
      new Machine("Some CPU", 2, 4096, "Linux 6 amd64", 0.5, "passive", "0.1.0", "Some VM 17");
  private static final StartupSpec KITBAG = new StartupSpec(Task.TRAIN, "");
  private static final StartupSpec TORCH = new StartupSpec(Task.TRAIN, "2.0.1");

  private final PeerPrograms programs = PeerPrograms.unpack();
  @TempDir Path folder;

  @AfterEach
  void deleteThePrograms() {
    programs.close();
  }

  private StartupMeasurement run(StartupSpec spec, Path... pythons) throws Exception {
    return new StartupRunner(
            SETTINGS,
            programs,
            Python.probe(List.of(pythons), programs),
            Map.of(),
            Duration.ofMinutes(2))
        .run(spec);
  }

  /** A real child. */
  @ParameterizedTest
  @EnumSource(Task.class)
  void kitbagTellsHowLongEachPhaseTook(Task task) throws Exception {
    long start = System.nanoTime();
    StartupMeasurement measured = run(new StartupSpec(task, ""));
    double wallMs = (System.nanoTime() - start) / 1e6;

    assertThat(measured.phasesMs()).containsOnlyKeys(Phase.values());
    assertThat(measured.phasesMs().values()).allSatisfy(ms -> assertThat(ms).isPositive());
    assertThat(measured.totalMs()).isLessThan(wallMs);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void readsThePhasesOfAPeer() throws Exception {
    Path script =
        FakePython.answering(
            folder,
            "{\"versions\":{\"torch\":\"2.0.1\"}}",
            "{\"measurement\":{\"phasesMs\":{\"RUNTIME\":20,\"FIRST\":30,\"SECOND\":5},"
                + "\"peakMemoryKiB\":7,\"engine\":\"PyTorch\"}}");

    StartupMeasurement measured = run(TORCH, script);

    assertThat(measured.phasesMs()).containsOnlyKeys(Phase.RUNTIME, Phase.FIRST, Phase.SECOND);
    assertThat(measured.totalMs()).isEqualTo(50);
  }

  @Test
  void dividesKitbagsTimeByThePeers() throws Exception {
    List<StartupRow> rows =
        new StartupBench(
                spec ->
                    new StartupMeasurement(
                        spec.isPeer()
                            ? Map.of(Phase.ENGINE, 100.0, Phase.FIRST, 300.0)
                            : Map.of(Phase.GUARD, 50.0, Phase.FIRST, 50.0, Phase.SECOND, 9.0),
                        2048,
                        "PyTorch"),
                line -> {})
            .run(List.of(KITBAG, TORCH), SETTINGS, 2);

    assertThat(rows.get(0).figures().orElseThrow().roundMs()).containsExactly(100.0, 100.0);
    assertThat(rows.get(0).kitbag()).isEmpty();
    assertThat(rows.get(1).kitbag().orElseThrow().median()).isCloseTo(0.25, within(1e-12));
    String text = new StartupReport(MACHINE, rows).text();
    assertThat(text).contains("Kitbag's time", "0.25", "guard", "torch@2.0.1: PyTorch");
    assertThat(text).as("no program has it").doesNotContain("compile");
    JsonNode json = JsonMapper.builder().build().readTree(new StartupReport(MACHINE, rows).json());
    assertThat(json.at("/0/phasesMs/guard").asDouble()).isEqualTo(50);
    assertThat(json.at("/1/kitbagTime").asDouble()).isEqualTo(0.25);
  }

  @Test
  void whatCannotBeMeasuredIsARowThatSaysSo() throws Exception {
    List<StartupRow> rows =
        new StartupBench(
                spec -> {
                  throw new ChildException("no luck");
                },
                line -> {})
            .run(List.of(KITBAG), SETTINGS, 2);

    assertThat(rows.get(0).error()).hasValue("no luck");
    assertThat(new StartupReport(MACHINE, rows).text()).contains("train kitbag: no luck");
  }
}
