package io.kitbag.bench.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.optim.OptimMeasurement.Moved;
import io.kitbag.bench.step.Machine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimBenchTest {

  private static final OptimSettings SETTINGS = new OptimSettings("net", 2, 1, 3, 0);
  private static final Machine MACHINE =
      new Machine("Some CPU", 2, 4096, "Linux 6 amd64", 0.5, "passive", "0.1.0", "Some VM 17");
  private static final OptimSpec KITBAG = new OptimSpec(OptimRule.SGD, OptimProgram.KITBAG, "");
  private static final OptimSpec DJL = new OptimSpec(OptimRule.SGD, OptimProgram.DJL, "");
  private static final OptimSpec FOREACH =
      new OptimSpec(OptimRule.SGD, OptimProgram.TORCH_FOREACH, "2.0.1");

  private static OptimMeasurement measurement(double ms, double norm) {
    return new OptimMeasurement(
        List.of(ms, ms, 9 * ms),
        List.of(new Moved("fc.bias", 0.1, 1), new Moved("fc.weight", 0.5, norm)),
        2048,
        "PyTorch");
  }

  private static List<OptimRow> rows(
      Rounds.Runner<OptimSpec, OptimMeasurement> runner, OptimSpec... specs)
      throws InterruptedException {
    return new OptimBench(runner, line -> {}).run(List.of(specs), SETTINGS, 3);
  }

  @Test
  void onlyCombinationsThatExistAreMeasured() {
    assertThat(
            OptimBench.specs(
                List.of(OptimRule.NAG, OptimRule.ADAMW, OptimRule.LION),
                List.of(OptimProgram.KITBAG, OptimProgram.DJL, OptimProgram.TORCH_FOREACH),
                List.of("2.0.1", "2.7.1")))
        .extracting(OptimSpec::toString)
        .containsExactly(
            "nag kitbag",
            "nag torch-foreach@2.0.1",
            "nag torch-foreach@2.7.1",
            "adamw kitbag",
            "adamw djl",
            "adamw torch-foreach@2.0.1",
            "adamw torch-foreach@2.7.1",
            "lion kitbag");
  }

  @Test
  void dividesKitbagsTimeByTheOthersRoundByRound() throws InterruptedException {
    List<Double> kitbag = new ArrayList<>(List.of(9.0, 12.0, 10.0));
    List<OptimRow> rows =
        rows(
            spec -> spec.equals(KITBAG) ? measurement(kitbag.remove(0), 2) : measurement(10, 2.002),
            KITBAG,
            FOREACH);

    assertThat(rows.get(0).kitbag()).isEmpty();
    assertThat(rows.get(0).figures().orElseThrow().roundMs()).containsExactly(9.0, 12.0, 10.0);
    OptimRow.Share share = rows.get(1).kitbag().orElseThrow();
    assertThat(share.time().median()).isCloseTo(1, within(1e-12));
    assertThat(share.time().least()).isCloseTo(0.9, within(1e-12));
    assertThat(share.time().most()).isCloseTo(1.2, within(1e-12));
    assertThat(share.memory()).hasValue(1);
    assertThat(share.difference()).isCloseTo(0.002 / 2.002, within(1e-12));
    String text = new OptimReport(MACHINE, rows).text();
    assertThat(text).contains("Kitbag's time", "torch-foreach@2.0.1: PyTorch");
    assertThat(text).doesNotContain("NOT THE SAME");
  }

  @Test
  void whatMovedOtherwiseOrFailedSaysSo() throws Exception {
    List<OptimRow> rows =
        rows(
            spec -> {
              if (spec.equals(DJL)) {
                throw new ChildException("no luck");
              }
              return measurement(10, spec.equals(KITBAG) ? 2 : 3);
            },
            KITBAG,
            DJL,
            FOREACH);

    assertThat(rows.get(1).error()).hasValue("no luck");
    assertThat(rows.get(1).kitbag()).isEmpty();
    assertThat(new OptimReport(MACHINE, rows).text())
        .contains("sgd djl: no luck", "3e-01 NOT THE SAME");
    JsonNode json = JsonMapper.builder().build().readTree(new OptimReport(MACHINE, rows).json());
    assertThat(json.at("/1/medianMs").isNull()).isTrue();
    assertThat(json.at("/2/kitbagTime").asDouble()).isEqualTo(1);
    assertThat(json.at("/2/program").asText()).isEqualTo("torch-foreach@2.0.1");
  }
}
