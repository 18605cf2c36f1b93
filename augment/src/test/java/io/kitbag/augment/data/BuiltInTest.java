package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import io.kitbag.augment.random.Draws;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class BuiltInTest {
  @Test
  void picturesNeverChangeBetweenReleasesAndMachines() {
    CRC32 crc = new CRC32();
    PixelImage image = new PixelImage();
    for (int i = 0; i < 50; i++) {
      BuiltIn.train(0).read(i, image);
      crc.update(image.pixels(), 0, image.length());
    }
    assertThat(crc.getValue()).isEqualTo(904407703L);
  }

  @Test
  void pictureDependsOnSeedSplitAndIndexOnly() {
    byte[] picture = pixels(BuiltIn.train(1), 12);
    assertThat(picture).hasSize(3 * 32 * 32);
    assertThat(pixels(BuiltIn.train(1, 20), 12)).isEqualTo(picture);
    assertThat(pixels(BuiltIn.train(2), 12)).isNotEqualTo(picture);
    assertThat(pixels(BuiltIn.test(1), 12)).isNotEqualTo(picture);
    assertThat(pixels(BuiltIn.train(1), 22)).isNotEqualTo(picture);
  }

  @Test
  void classesAreEquallyFrequent() {
    assertThat(BuiltIn.train(0).classes()).hasSize(10).isSorted();
    assertThat(BuiltIn.train(0).classCounts()).containsOnly(BuiltIn.TRAIN_SIZE / 10);
    assertThat(BuiltIn.test(0).classCounts()).containsOnly(BuiltIn.TEST_SIZE / 10);
  }

  @Test
  void linearClassifierOnPixelsFails() {
    int train = 3000;
    float[][] x = inputs(BuiltIn.train(0), train);
    float[][] weights = new float[10][x[0].length];
    Draws draws = Draws.keyed(1, Draws.purpose("linear"), 0, 0);
    for (int epoch = 0; epoch < 4; epoch++) {
      for (int i : draws.permutation(train)) {
        float[] gradient = probabilities(weights, x[i]);
        gradient[i % 10] -= 1;
        for (int k = 0; k < 10; k++) {
          float step = -0.0005f * gradient[k];
          for (int j = 0; j < x[i].length; j++) {
            weights[k][j] += step * x[i][j];
          }
        }
      }
    }
    float[][] test = inputs(BuiltIn.test(0), 1000);
    assertThat(accuracy(weights, x)).as("it does fit the training pictures").isGreaterThan(0.2);
    assertThat(accuracy(weights, test)).isLessThan(0.45);
  }

  private static double accuracy(float[][] weights, float[][] x) {
    int right = 0;
    for (int i = 0; i < x.length; i++) {
      float[] p = probabilities(weights, x[i]);
      int best = 0;
      for (int k = 1; k < 10; k++) {
        best = p[k] > p[best] ? k : best;
      }
      right += best == i % 10 ? 1 : 0;
    }
    return (double) right / x.length;
  }

  private static float[] probabilities(float[][] weights, float[] x) {
    float[] p = new float[10];
    float sum = 0;
    for (int k = 0; k < 10; k++) {
      float logit = 0;
      for (int j = 0; j < x.length; j++) {
        logit += weights[k][j] * x[j];
      }
      p[k] = (float) Math.exp(logit);
      sum += p[k];
    }
    for (int k = 0; k < 10; k++) {
      p[k] /= sum;
    }
    return p;
  }

  /** Standardised pixels and a constant. */
  private static float[][] inputs(BuiltIn data, int count) {
    float[][] x = new float[count][];
    for (int i = 0; i < count; i++) {
      byte[] pixels = pixels(data, i);
      x[i] = new float[pixels.length + 1];
      for (int j = 0; j < pixels.length; j++) {
        x[i][j] = ((pixels[j] & 0xff) - 128) / 64f;
      }
      x[i][pixels.length] = 1;
    }
    return x;
  }

  private static byte[] pixels(BuiltIn data, int index) {
    PixelImage image = new PixelImage();
    data.read(index, image);
    return ReferenceImages.bytes(image);
  }
}
