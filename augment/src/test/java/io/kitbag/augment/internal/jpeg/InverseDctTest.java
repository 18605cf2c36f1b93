package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InverseDctTest {
  private final InverseDct transform = new InverseDct();

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
    for (int round = 0; round < 500; round++) {
      int[] block = new int[64];
      int used = 0;
      int coefficients = 1 + random.nextInt(round % 2 == 0 ? 64 : 12);
      for (int k = 0; k < coefficients; k++) {
        block[ZigZag.NATURAL[k]] = (random.nextInt(401) - 200) / (1 + k / 3);
        used |= block[ZigZag.NATURAL[k]] == 0 ? 0 : ZigZag.NATURAL[k];
      }
      JpegPlane plane = new JpegPlane();
      plane.allocate(0, 0, 8, 8, false);
      transform.full(block, used, plane.packed, 0, plane.stride);
      compare(plane, block, 8);
      plane.allocate(0, 0, 8, 8, true);
      transform.quarter(block, plane.packed, 0);
      compare(plane, block, 4);
      plane.allocate(0, 0, 8, 8, true);
      transform.eighth(block, plane.packed, 0, 0);
      compare(plane, block, 2);
      plane.allocate(0, 0, 8, 8, true);
      transform.mean(block, plane.packed, 0, 0);
      compare(plane, block, 1);
    }
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
