package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kitbag.augment.image.PillowColor;
import io.kitbag.augment.image.PixelImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColorMatrixTest {

  /** Where no step clamps, Pillow differs by what it cuts off: up to a level in each step. */
  @Test
  void isThePillowStepsWithoutTheirRounding() {
    PixelImage image = new PixelImage();
    image.reshape(8, 8);
    double mean = 0;
    for (int i = 0; i < 64; i++) {
      for (int c = 0; c < 3; c++) {
        image.pixels()[3 * i + c] = (byte) (90 + (i * 7 + c * 31) % 60);
      }
      mean +=
          (ColorMatrix.RED * image.get(i % 8, i / 8, 0)
                  + ColorMatrix.GREEN * image.get(i % 8, i / 8, 1)
                  + ColorMatrix.BLUE * image.get(i % 8, i / 8, 2))
              / 64;
    }
    PixelImage before = new PixelImage();
    before.copyFrom(image);
    ColorMatrix matrix =
        new ColorMatrix(
            List.of(
                new Change.Step("saturation", 0.7),
                new Change.Step("brightness", 1.2),
                new Change.Step("contrast", 0.8)),
            mean);
    PillowColor.saturation(image, 0.7f);
    PillowColor.brightness(image, 1.2f);
    PillowColor.contrast(image, 0.8f);
    for (int i = 0; i < 64; i++) {
      for (int c = 0; c < 3; c++) {
        int value = matrix.fixed(c, 3);
        for (int of = 0; of < 3; of++) {
          value += matrix.fixed(c, of) * before.get(i % 8, i / 8, of);
        }
        assertThat((value >> ColorMatrix.BITS) - image.get(i % 8, i / 8, c)).isBetween(-1, 3);
      }
    }
  }

  @Test
  void refusesAStepItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ColorMatrix(List.of(new Change.Step("hue", 1)), 0))
        .withMessage("no step is called hue");
  }
}
