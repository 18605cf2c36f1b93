package io.kitbag.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MicroRowTest {

  private static MicroRow row(String json) throws IOException {
    return MicroRow.ofJmh(json).orElseThrow();
  }

  @Test
  void readsWhatJmhWrites() throws IOException {
    MicroRow row =
        row(
            """
            {"benchmark":"a.b.Loading.image", "mode":"avgt", "params":{"contender":"imageio","photos":"8"},
             "primaryMetric":{"score":12.5,"scoreError":0.5,"scoreUnit":"us/op","rawData":[[12,13],[12]]},
             "secondaryMetrics":{"gc.count":{"score":1},"gc.alloc.rate.norm":{"score":320.25}}}
            """);
    assertThat(row)
        .isEqualTo(
            new MicroRow(
                "Loading.image", "contender=imageio photos=8", "us/op", 12.5, 0.5, 320.25, 3));
  }

  @Test
  void throughputBecomesATime() throws IOException {
    MicroRow row =
        row(
            """
            {"benchmark":"a.B.c","primaryMetric":{"score":50,"scoreError":5,"scoreUnit":"ops/s"}}
            """);
    assertThat(row.score()).isEqualTo(0.02);
    assertThat(row.error()).isEqualTo(0.002, within(1e-12));
    assertThat(row.unit()).isEqualTo("s/op");
    assertThat(row.bytesPerOp()).isEqualTo(-1);
  }

  @Test
  void anErrorThatIsNoNumberIsNone() throws IOException {
    MicroRow row =
        row(
            """
            {"benchmark":"a.B.c","primaryMetric":{"score":5,"scoreError":"NaN","scoreUnit":"us/op"}}
            """);
    assertThat(row.error()).isZero();
  }
}
