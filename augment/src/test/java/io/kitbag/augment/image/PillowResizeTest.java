package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PillowResizeTest {
  @Test
  void equalsPillowBitForBitAtOddSizesAndBoxes() throws IOException {
    PillowResize resizer = new PillowResize();
    try (DataInputStream in = ReferenceImages.open("resize.bin")) {
      int cases = in.readInt();
      assertThat(cases).isGreaterThan(10);
      for (int i = 0; i < cases; i++) {
        PixelImage source = ReferenceImages.pattern(in.readInt(), in.readInt());
        int width = in.readInt();
        int height = in.readInt();
        PillowResize.Box box =
            new PillowResize.Box(in.readFloat(), in.readFloat(), in.readFloat(), in.readFloat());
        byte[] expected = ReferenceImages.bytes(ReferenceImages.image(in, width, height));
        byte[] actual = new byte[expected.length];
        resizer.resize(whole(source), box, actual, width, height);
        assertThat(actual)
            .as("%dx%d %s to %dx%d", source.width(), source.height(), box, width, height)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void croppingFirstHidesTheSurroundings() {
    PixelImage cropped = ReferenceImages.pattern(40, 30);
    cropped.crop(7, 3, 20, 21);
    cropped.resize(13, 9);
    PixelImage fused = ReferenceImages.pattern(40, 30);
    fused.cropAndResize(7, 3, 20, 21, 13, 9);
    assertThat(ReferenceImages.bytes(fused)).isEqualTo(ReferenceImages.bytes(cropped));
  }

  @Test
  void refusesBoxesAndRectanglesOutside() {
    PixelImage image = ReferenceImages.pattern(10, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> image.crop(5, 0, 6, 2))
        .withMessageContaining("6x2 at (5, 0)")
        .withMessageContaining("10x8");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PillowResize()
                    .resize(whole(image), new PillowResize.Box(0, 0, 10, 9), new byte[3], 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> image.resize(0, 4));
  }

  private static PillowResize.Source whole(PixelImage image) {
    return new PillowResize.Source(
        image.pixels(), 0, 3 * image.width(), image.width(), image.height());
  }
}
