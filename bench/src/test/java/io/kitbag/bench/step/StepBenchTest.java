package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepBenchTest {

  private final List<StepSpec> ran = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private List<StepRow> rows(int rounds, StepRunner runner, StepSpec... specs)
      throws InterruptedException {
    StepRunner recording =
        request -> {
          ran.add(request.spec());
          return runner.run(request);
        };
    return new StepBench(recording, told::add)
        .run(List.of(specs), Samples.SETTINGS, rounds, Baseline.stockDjl());
  }

  /** Compiled takes 50 ms and 1 MiB, the others 200 ms and 4 MiB. */
  private static ChildReply reply(ChildRequest request) {
    return request.spec().execution() == Execution.COMPILED
        ? ChildReply.of(Samples.measurement(1024, 2.2, 50))
        : ChildReply.of(Samples.measurement(4096, 2.0, 200));
  }

  @Test
  void interleavesTheConfigurations() throws InterruptedException {
    rows(2, StepBenchTest::reply, Samples.COMPILED, Samples.PLAIN);

    assertThat(ran)
        .containsExactly(Samples.COMPILED, Samples.PLAIN, Samples.COMPILED, Samples.PLAIN);
    assertThat(told)
        .hasSize(4)
        .first()
        .asString()
        .isEqualTo("round 1/2  " + Samples.COMPILED + "  50.0 ms");
  }

  @Test
  void comparesWithTheBaselineAndThePlainExecution() throws InterruptedException {
    List<StepRow> rows =
        rows(1, StepBenchTest::reply, Samples.COMPILED, Samples.PLAIN, Samples.STOCK);

    StepRow.Comparison compiled = rows.get(0).comparison();
    assertThat(compiled.speedUp()).hasValue(4);
    assertThat(compiled.memoryShare()).hasValue(0.25);
    assertThat(compiled.lossDifference().orElseThrow()).isCloseTo(0.1, within(1e-12));
    assertThat(compiled.nextLossDifference().orElseThrow()).isCloseTo(0.1, within(1e-12));
    assertThat(rows.get(2).comparison().speedUp()).hasValue(1);
    // 16 images in 50 ms.
    assertThat(rows.get(0).imagesPerSecond()).hasValue(320);
  }

  @Test
  void rowsOfOtherWorkAreNotCompared() throws InterruptedException {
    StepSpec larger =
        new StepSpec(
            "cifar_resnet8d",
            10,
            32,
            32,
            Execution.COMPILED,
            ComputeType.FP32,
            Layout.NCHW,
            Allocator.TUNED);

    List<StepRow> rows = rows(1, StepBenchTest::reply, larger, Samples.STOCK);

    assertThat(rows.get(0).comparison()).isEqualTo(StepRow.Comparison.none());
  }

  @Test
  void aFailedConfigurationIsARowThatSaysSoAndIsNotTriedAgain() throws InterruptedException {
    StepRunner failing =
        request ->
            request.spec().equals(Samples.STOCK)
                ? ChildReply.failed("out of memory")
                : reply(request);

    List<StepRow> rows = rows(2, failing, Samples.STOCK, Samples.COMPILED);

    assertThat(ran).containsExactly(Samples.STOCK, Samples.COMPILED, Samples.COMPILED);
    assertThat(rows.get(0).error()).hasValue("out of memory");
    assertThat(rows.get(0).figures()).isEmpty();
    assertThat(rows.get(1).figures()).isPresent();
    assertThat(rows.get(1).comparison().speedUp()).isEmpty();
  }

  @Test
  void knowsTheNetworkBeforeAnythingRuns() throws InterruptedException {
    StepRow row = rows(1, StepBenchTest::reply, Samples.COMPILED).get(0);
    // Counted by hand: stem, three blocks (the last two with a 1 x 1 shortcut), linear layer.
    assertThat(row.parameters()).isEqualTo(464 + 4_672 + 14_528 + 57_728 + 650);
    assertThat(row.macs()).isEqualTo(442_368 + 4_718_592 + 2 * 3_670_016 + 640);

    StepSpec unknown =
        new StepSpec(
            "resnet51_v1d",
            10,
            32,
            1,
            Execution.PLAIN,
            ComputeType.FP32,
            Layout.NCHW,
            Allocator.TUNED);
    ran.clear();
    assertThatThrownBy(() -> rows(1, StepBenchTest::reply, Samples.COMPILED, unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("51");
    assertThat(ran).isEmpty();
  }
}
