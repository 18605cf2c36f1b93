package io.kitbag.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScaleTest {

  private static List<String> labels(double... values) {
    Scale scale = Scale.covering(values, 5);
    return IntStream.range(0, scale.ticks()).mapToObj(scale::label).toList();
  }

  @Test
  void hasRoundTicksAroundTheValues() {
    assertThat(labels(1.42, Double.NaN, 2.31))
        .containsExactly("1.4", "1.6", "1.8", "2.0", "2.2", "2.4");
    assertThat(labels(0, 97)).containsExactly("0", "20", "40", "60", "80", "100");
    assertThat(labels(0, 4e-4)).containsExactly("0.0000", "0.0001", "0.0002", "0.0003", "0.0004");
    assertThat(labels(2e-7, 6e-7)).containsExactly("2e-07", "3e-07", "4e-07", "5e-07", "6e-07");
  }

  @Test
  void hasRoomForOneValueAndForNone() {
    for (double[] values : new double[][] {{3}, {0}, {-2, -2}, {Double.NaN}, {}, {1e300}}) {
      Scale scale = Scale.covering(values, 5);
      assertThat(scale.high()).isGreaterThan(scale.low());
      assertThat(scale.ticks()).isBetween(2, 8);
      for (double value : values) {
        assertThat(Double.isNaN(value) || scale.low() <= value && value <= scale.high())
            .as("%s in %s", value, scale)
            .isTrue();
      }
    }
  }
}
