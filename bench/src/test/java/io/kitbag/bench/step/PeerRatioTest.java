package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerRatioTest {

  private static final StepSpec KITBAG =
      Samples.spec(Execution.COMPILED, ComputeType.FP32, Layout.NCHW, Allocator.TUNED);
  private static final StepSpec TORCH = torch(Layout.NCHW);
  private static final StepSpec TORCH_LAST = torch(Layout.CHANNELS_LAST);

  private static StepSpec torch(Layout layout) {
    return new StepSpec(
        "cifar_resnet8d",
        10,
        32,
        16,
        Execution.TORCH,
        ComputeType.FP32,
        layout,
        Allocator.TUNED,
        "2.0.1");
  }

  /** Each configuration takes its times in turn. */
  private static List<StepRow> rows(Map<StepSpec, List<ChildReply>> replies, StepSpec... specs)
      throws InterruptedException {
    Map<StepSpec, Integer> asked = new HashMap<>();
    StepRunner runner =
        request ->
            replies.get(request.spec()).get(asked.merge(request.spec(), 1, Integer::sum) - 1);
    return new StepBench(runner, line -> {})
        .run(
            List.of(specs),
            Samples.SETTINGS,
            replies.get(specs[0]).size(),
            Baseline.parse("torch@2.0.1/fp32/nchw/tuned"));
  }

  private static ChildReply reply(long kib, double loss, double ms) {
    return ChildReply.of(Samples.measurement(kib, loss, ms));
  }

  @Test
  void dividesByTheFastestLayoutOfThePeerRoundByRound() throws InterruptedException {
    List<StepRow> rows =
        rows(
            Map.of(
                KITBAG, List.of(reply(3072, 2, 90), reply(3072, 2, 120), reply(3072, 2, 100)),
                TORCH, List.of(reply(4096, 2, 100), reply(4096, 2, 100), reply(4096, 2, 100)),
                TORCH_LAST, List.of(reply(9, 2, 300), reply(9, 2, 300), reply(9, 2, 300))),
            KITBAG,
            TORCH,
            TORCH_LAST);

    PeerRatio ratio = rows.get(0).comparison().peers().get(0);
    assertThat(rows.get(0).comparison().peers()).hasSize(1);
    assertThat(ratio.peer()).isEqualTo(TORCH);
    assertThat(ratio.time().median()).isCloseTo(1.0, within(1e-12));
    assertThat(ratio.time().least()).isCloseTo(0.9, within(1e-12));
    assertThat(ratio.time().most()).isCloseTo(1.2, within(1e-12));
    assertThat(ratio.memory()).hasValue(0.75);
    assertThat(ratio.comparable()).isTrue();
    assertThat(rows.get(1).comparison().peers()).as("a peer has no peers").isEmpty();
    // Without a plain execution PyTorch's fp32 is the oracle; here it is the baseline too.
    assertThat(rows.get(0).comparison().lossDifference()).hasValue(0);
    assertThat(rows.get(2).comparison().speedUp().orElseThrow()).isCloseTo(1 / 3., within(1e-12));
    assertThat(PeerLines.of(rows))
        .containsExactly(
            "cifar_resnet8d 32 px batch 16 fp32: Kitbag (nchw) to torch@2.0.1 (nchw): time 1.00"
                + " (0.90 to 1.20 over 3 rounds); memory 0.75; losses differ by 0e+00, then 0e+00",
            "torch@2.0.1: PyTorch");
  }

  @Test
  void ratiosOfDifferentResultsMeanNothing() throws Exception {
    List<StepRow> rows =
        rows(
            Map.of(KITBAG, List.of(reply(1, 2, 90)), TORCH, List.of(reply(1, 3, 100))),
            KITBAG,
            TORCH);

    assertThat(rows.get(0).comparison().peers().get(0).comparable()).isFalse();
    assertThat(PeerLines.of(rows).get(0))
        .endsWith("NOT COMPARABLE, losses differ by 3e-01, then 3e-01");
    JsonNode json =
        JsonMapper.builder().build().readTree(new StepJson(Samples.MACHINE).write(rows));
    assertThat(json.at("/0/peers/0/peer").asText()).isEqualTo("torch@2.0.1/fp32/nchw/tuned");
    assertThat(json.at("/0/peers/0/comparable").asBoolean(true)).isFalse();
    assertThat(json.at("/1/execution").asText()).isEqualTo("torch@2.0.1");
    assertThat(json.at("/1/peers")).isEmpty();
  }

  @Test
  void aPeerThatComputesWrongIsNamedWithAWayOut() throws InterruptedException {
    StepMeasurement right = Samples.measurement(1, 2, 100);
    StepMeasurement wrong =
        new StepMeasurement(
            right.samples(),
            right.cpuMs(),
            right.loss(),
            right.nextLoss(),
            right.profile(),
            right.peakMemoryKiB(),
            right.emulated(),
            right.malloc(),
            "",
            "PyTorch 2.7.1",
            "5 of 9 differ");
    List<StepRow> rows =
        rows(
            Map.of(KITBAG, List.of(reply(1, 2, 90)), TORCH, List.of(ChildReply.of(wrong))),
            KITBAG,
            TORCH);

    assertThat(PeerLines.of(rows))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(TORCH + " COMPUTES WRONG: 5 of 9 differ; try --peer-env ONEDNN"))
        .anySatisfy(line -> assertThat(line).contains("NOT COMPARABLE"));
    assertThat(rows.get(0).comparison().lossDifference()).as("no oracle").isEmpty();
  }
}
