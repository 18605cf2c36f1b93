package io.kitbag.bench.tensorcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.kitbag.precision.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelSweepTest {

  @Test
  void everyWidthIsMeasuredAndItsRateFollowsFromItsWork() {
    List<ChannelSweep.Width> widths =
        new ChannelSweep(6, 2).run(List.of(4, 8), Policy.fp32(), Device.cpu(), 2);

    assertThat(widths).extracting(ChannelSweep.Width::channels).containsExactly(4, 8);
    for (ChannelSweep.Width width : widths) {
      int c = width.channels();
      // Three 3 x 3 convolutions on 6 x 6 maps and a linear layer of 8 outputs, 2 images, 8/3
      // passes.
      double operations = 2.0 * (3 * 9 * c * c * 36 + 8 * c) * 2 * 8 / 3;
      assertThat(width.gflops() * 1e9 * width.ms() / 1e3)
          .isCloseTo(operations, within(1e-6 * operations));
    }
    assertThat(ChannelSweep.table(widths).lines()).hasSize(2);
  }
}
