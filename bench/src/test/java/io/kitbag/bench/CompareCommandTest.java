package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

  private final BenchCli bench = new BenchCli();
  @TempDir Path folder;

  private static String row(String precision, int batch, String ms, double mib) {
    return "{\"model\":\"net\",\"precision\":\"%s\",\"batch\":%d,\"medianMs\":%s,\"peakMemoryMiB\":%s}"
        .formatted(precision, batch, ms, mib);
  }

  private Path file(String name, String... rows) throws IOException {
    return Files.writeString(folder.resolve(name), "[" + String.join(",", rows) + "]");
  }

  private int compare(Object... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "compare";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = arguments[i].toString();
    }
    return bench.run(all);
  }

  @Test
  void whatGrewBeyondNoiseFails() throws IOException {
    Path before = file("a.json", row("fp32", 16, "100", 500), row("bf16", 16, "60", 400));
    Path after = file("b.json", row("bf16", 16, "61", 400), row("fp32", 16, "130", 510));

    assertThat(compare(before, after)).isEqualTo(1);
    assertThat(bench.out())
        .contains("WORSE  1.300 x  medianMs 130.0, was 100.0  net fp32 batch=16")
        .contains("1 of 4 measures grew by more than 10 %, 0 rows are gone");
    assertThat(compare(before, after, "--noise", "0.4")).isZero();
  }

  @Test
  void aRowThatCouldNoLongerBeMeasuredFails() throws IOException {
    Path before = file("a.json", row("fp32", 16, "100", 500), row("fp32", 32, "200", 900));
    Path after = file("b.json", row("fp32", 16, "90", 500), row("fp32", 32, "null", 0));

    assertThat(compare(before, after)).isEqualTo(1);
    assertThat(bench.out()).contains("GONE    net fp32 batch=32");
  }

  private static String jmh(String method, double score, double error, double bytes) {
    return """
        {"benchmark":"io.kitbag.micro.Jpeg.%s","mode":"avgt","primaryMetric":{"score":%s,"scoreError":%s,\
        "scoreUnit":"us/op"},"secondaryMetrics":{"gc.alloc.rate.norm":{"score":%s}}}"""
        .formatted(method, score, error, bytes);
  }

  @Test
  void resultsOfJmhMustGrowByMoreThanTheirErrorsToo() throws IOException {
    Path before = file("a.json", jmh("sure", 100, 5, 0.1), jmh("unsure", 100, 30, 1000));
    Path after = file("b.json", jmh("sure", 130, 5, 0.9), jmh("unsure", 130, 30, 1200));

    assertThat(compare(before, after)).isEqualTo(1);
    assertThat(bench.out())
        .contains("WORSE  1.300 x  score 130.0, was 100.0 (± 10.0)  Jpeg.sure")
        .contains("       1.300 x  score 130.0, was 100.0 (± 60.0)  Jpeg.unsure")
        .contains("WORSE  1.200 x  bytesPerOp 1200.0, was 1000.0")
        .contains("REGRESSION: 2 of 4 measures grew by more than 10 %, 0 rows are gone");
    assertThat(compare(before, after, "--noise", "0.4")).isZero();
    assertThat(bench.out()).contains("no regression: 0 of 4");
  }

  @Test
  void heapWhereThereWasNoneIsARegression() throws IOException {
    Path before = file("a.json", jmh("decode", 100, 0, 0));

    assertThat(compare(before, file("b.json", jmh("decode", 100, 0, 4096)))).isEqualTo(1);
    assertThat(compare(before, file("c.json", jmh("decode", 100, 0, 16)))).isZero();
  }

  @Test
  void filesThatHaveNothingInCommonAreAMistake() throws IOException {
    Path before = file("a.json", row("fp32", 16, "100", 500));
    Path after = file("b.json", row("fp32", 32, "100", 500));

    assertThat(compare(before, after)).isEqualTo(2);
    assertThat(bench.err()).contains("have no measured row in common");
    assertThat(compare(before, folder.resolve("none.json"))).isEqualTo(2);
    assertThat(bench.err()).contains("none.json does not exist");
    Path broken = Files.writeString(folder.resolve("c.json"), "{\"a\":");
    assertThat(compare(before, broken)).isEqualTo(2);
    assertThat(bench.err()).contains("c.json is not JSON");
  }
}
