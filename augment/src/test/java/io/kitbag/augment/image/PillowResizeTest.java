package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
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
  void aPartOfTheResultIsTheSameAsWhenAllIsMade() {
    // Smaller and larger, one side as it was, both, and many rows, where columns come first.
    int[][] sizes = {{40, 30, 13, 9}, {13, 9, 40, 30}, {40, 30, 40, 9}, {40, 30, 13, 30}};
    int[][] more = {{40, 30, 40, 30}, {12, 90, 10, 20}, {90, 12, 20, 10}, {1, 70, 9, 630}};
    for (int[] size : Stream.of(sizes, more).flatMap(Stream::of).toArray(int[][]::new)) {
      int width = Math.min(size[2], 7);
      int height = Math.min(size[3], 5);
      for (int[] corner : new int[][] {{0, 0}, {size[2] - width, size[3] - height}, {2, 3}}) {
        PixelImage whole = ReferenceImages.pattern(size[0], size[1]);
        whole.resize(size[2], size[3]);
        whole.crop(corner[0], corner[1], width, height);
        PixelImage part = ReferenceImages.pattern(size[0], size[1]);
        part.resizeAndCrop(size[2], size[3], corner[0], corner[1], width, height);
        assertThat(ReferenceImages.bytes(part))
            .as("%s at %s", Arrays.toString(size), Arrays.toString(corner))
            .isEqualTo(ReferenceImages.bytes(whole));
      }
    }
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
    assertThatIllegalArgumentException()
        .isThrownBy(() -> image.resizeAndCrop(20, 16, 15, 0, 6, 2))
        .withMessageContaining("6x2 at (15, 0)")
        .withMessageContaining("20x16");
  }

  private static PillowResize.Source whole(PixelImage image) {
    return new PillowResize.Source(
        image.pixels(), 0, 3 * image.width(), image.width(), image.height());
  }
}
