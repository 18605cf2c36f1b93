package io.kitbag.models.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchWhiteningTest {

  private static final int SIDE = 12;
  private static final double EPSILON = 1e-3;

  /** Neighbouring and equally placed values depend on each other, as in photographs. */
  private static float[] image(Random random) {
    float[] image = new float[3 * SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      double before = i % SIDE == 0 ? 0 : image[i - 1];
      double otherChannel = i < SIDE * SIDE ? 0 : image[i - SIDE * SIDE];
      image[i] = (float) (0.6 * before + 0.3 * otherChannel + 0.5 * random.nextGaussian());
    }
    return image;
  }

  private static double[] respond(float[] filters, float[] image, int y, int x) {
    double[] response = new double[24];
    for (int f = 0; f < 24; f++) {
      for (int c = 0; c < 3; c++) {
        for (int dy = 0; dy < 2; dy++) {
          for (int dx = 0; dx < 2; dx++) {
            response[f] +=
                filters[f * 12 + c * 4 + dy * 2 + dx] * image[(c * SIDE + y + dy) * SIDE + x + dx];
          }
        }
      }
    }
    return response;
  }

  @Test
  void filtersMakePatchesUncorrelatedAndOfUnitSize() {
    Random random = new Random(1);
    PatchWhitening whitening = new PatchWhitening(3, 2, 2);
    float[][] images = new float[40][];
    for (int i = 0; i < images.length; i++) {
      images[i] = image(random);
      whitening.add(images[i], SIDE, SIDE);
    }
    float[] filters = whitening.filters(0).toFloats();

    double[][] moments = new double[24][24];
    int patches = 0;
    for (float[] image : images) {
      for (int y = 0; y < SIDE - 1; y++) {
        for (int x = 0; x < SIDE - 1; x++) {
          double[] response = respond(filters, image, y, x);
          for (int i = 0; i < 24; i++) {
            for (int j = 0; j < 24; j++) {
              moments[i][j] += response[i] * response[j];
            }
          }
          patches++;
        }
      }
    }
    for (int i = 0; i < 24; i++) {
      for (int j = 0; j < 24; j++) {
        double expected = i == j ? 1 : Math.abs(i - j) == 12 ? -1 : 0;
        // Filters are rounded to fp32.
        assertThat(moments[i][j] / patches).as("%d, %d", i, j).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void leavesWhatNeverOccursSmall() {
    PatchWhitening whitening = new PatchWhitening(1, 1, 2);
    whitening.add(new float[] {1, 1, -1, -1, 1, 1}, 3, 2);
    float[] filters = whitening.filters(EPSILON).toFloats();
    double half = Math.sqrt(0.5);

    assertThat(whitening.outputs()).isEqualTo(4);
    assertThat(Math.abs(filters[0]))
        .isCloseTo((float) (half / Math.sqrt(2 + EPSILON)), within(1e-6f));
    assertThat(filters[0]).isEqualTo(filters[1]).isEqualTo(-filters[4]);
    assertThat(Math.abs(filters[2])).isCloseTo((float) (half / Math.sqrt(EPSILON)), within(1e-4f));
    assertThat(filters[2]).isEqualTo(-filters[3]);
  }

  @Test
  void refusesImagesOfAnotherSize() {
    PatchWhitening whitening = new PatchWhitening(3, 2, 2);
    assertThatThrownBy(() -> whitening.add(new float[12], 1, 4))
        .hasMessage("12 values are not 3 channels of 1 x 4 pixels, at least 2 x 2");
    assertThatThrownBy(() -> whitening.filters(EPSILON)).isInstanceOf(IllegalStateException.class);
  }
}
