package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InverseDctTest {
  private final InverseDct transform = new InverseDct();
  private final ScaledDct scaled = new ScaledDct();

  /** The formula of ITU-T T.81, A.3.3, for the lowest n×n coefficients of the 8×8. */
  private static double sample(int[] c, int n, int x, int y) {
    double sum = 0;
    for (int v = 0; v < n; v++) {
      for (int u = 0; u < n; u++) {
        double scale = (u == 0 ? Math.sqrt(0.5) : 1) * (v == 0 ? Math.sqrt(0.5) : 1) / 4;
        sum +=
            scale
                * c[8 * v + u]
                * Math.cos((2 * x + 1) * u * Math.PI / (2 * n))
                * Math.cos((2 * y + 1) * v * Math.PI / (2 * n));
      }
    }
    return Math.max(0, Math.min(255, sum + 128));
  }

  @Test
  void agreesWithTheFormulaAtEverySize() {
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      int[][] blocks = new int[InverseDct.LANES][];
      for (int lane = 0; lane < blocks.length; lane++) {
        blocks[lane] = block(random, lane);
        for (int place = 0; place < 64; place++) {
          transform.coefficients[(place << InverseDct.LANE_BITS) + lane] = blocks[lane][place];
        }
        compareScaled(lane, blocks[lane]);
      }
      transform.transform();
      JpegPlane plane = new JpegPlane();
      plane.allocate(0, 0, 8, 8, false);
      for (int lane = 0; lane < blocks.length; lane++) {
        transform.copy(lane, plane.packed, 0, plane.stride);
        compare(plane, blocks[lane], 8);
      }
      assertThat(transform.coefficients).containsOnly(0);
    }
  }

  @Test
  void aBlockOfNothingButItsMeanIsTheSameWithoutTheTransform() {
    for (int dc = -1500; dc < 1500; dc += InverseDct.LANES) {
      for (int lane = 0; lane < InverseDct.LANES; lane++) {
        transform.coefficients[lane] = dc + lane;
      }
      transform.transform();
      for (int lane = 0; lane < InverseDct.LANES; lane++) {
        long[] transformed = new long[16];
        long[] filled = new long[16];
        transform.copy(lane, transformed, 0, 8);
        InverseDct.fill(dc + lane, filled, 0, 8);
        assertThat(filled).as("mean of %d", dc + lane).isEqualTo(transformed);
      }
    }
  }

  private static int[] block(Random random, int number) {
    int[] block = new int[64];
    int coefficients = 1 + random.nextInt(number % 2 == 0 ? 64 : 12);
    for (int k = 0; k < coefficients; k++) {
      block[ZigZag.NATURAL[k]] = (random.nextInt(401) - 200) / (1 + k / 3);
    }
    return block;
  }

  private void compareScaled(int lane, int[] block) {
    scaled.load(transform.coefficients, lane);
    JpegPlane plane = new JpegPlane();
    plane.allocate(0, 0, 8, 8, true);
    scaled.quarter(plane.packed, 0);
    compare(plane, block, 4);
    plane.allocate(0, 0, 8, 8, true);
    scaled.eighth(plane.packed, 0, 0);
    compare(plane, block, 2);
    plane.allocate(0, 0, 8, 8, true);
    scaled.mean(plane.packed, 0, 0);
    compare(plane, block, 1);
  }

  private static void compare(JpegPlane plane, int[] block, int n) {
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        // Half a level of rounding, and the fixed point's own error.
        assertThat((double) plane.sample(x, y))
            .as("%d points, (%d, %d)", n, x, y)
            .isCloseTo(sample(block, n, x, y), within(0.6));
      }
    }
  }
}
