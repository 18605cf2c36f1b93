package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PillowColorTest {
  @Test
  void equalsPillowBitForBit() throws IOException {
    try (DataInputStream in = ReferenceImages.open("colour.bin")) {
      int width = in.readInt();
      int height = in.readInt();
      PixelImage source = ReferenceImages.image(in, width, height);
      int cases = in.readInt();
      assertThat(cases).isGreaterThan(20);
      for (int i = 0; i < cases; i++) {
        String operation = in.readUTF();
        double factor = in.readDouble();
        PixelImage expected = ReferenceImages.image(in, width, height);
        PixelImage actual = new PixelImage();
        actual.copyFrom(source);
        apply(operation, factor, actual);
        assertThat(ReferenceImages.bytes(actual))
            .as("%s %s", operation, factor)
            .isEqualTo(ReferenceImages.bytes(expected));
      }
    }
  }

  @Test
  void hueScaledByOneIsHueNotShifted() {
    PixelImage scaled = ReferenceImages.pattern(21, 13);
    PillowColor.hueScale(scaled, 1);
    PixelImage shifted = ReferenceImages.pattern(21, 13);
    PillowColor.hueShift(shifted, 0);
    assertThat(ReferenceImages.bytes(scaled)).isEqualTo(ReferenceImages.bytes(shifted));
  }

  @Test
  void hueScaleMovesBlueButNotRed() {
    PixelImage image = new PixelImage();
    image.reshape(2, 1);
    byte[] redAndBlue = {(byte) 255, 0, 0, 0, 0, (byte) 255};
    System.arraycopy(redAndBlue, 0, image.pixels(), 0, 6);
    PillowColor.hueScale(image, 0.5);
    assertThat(image.get(0, 0, 0)).isEqualTo(255);
    assertThat(image.get(0, 0, 1)).isZero();
    // Blue is 2/3 of the circle; half of it, 1/3, is green.
    assertThat(image.get(1, 0, 1)).isEqualTo(255);
    assertThat(image.get(1, 0, 2)).isLessThan(10);
  }

  private static void apply(String operation, double factor, PixelImage image) {
    switch (operation) {
      case "brightness" -> PillowColor.brightness(image, (float) factor);
      case "contrast" -> PillowColor.contrast(image, (float) factor);
      case "saturation" -> PillowColor.saturation(image, (float) factor);
      case "hue" -> PillowColor.hueShift(image, factor);
      default -> throw new AssertionError(operation);
    }
  }
}
