package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PillowOpsTest {
  private static final Rgb FILL = new Rgb(124, 117, 104);

  @Test
  void equalsPillowBitForBit() throws IOException {
    try (DataInputStream in = ReferenceImages.open("ops.bin")) {
      PixelImage[] sources = new PixelImage[in.readInt()];
      for (int i = 0; i < sources.length; i++) {
        int width = in.readInt();
        sources[i] = ReferenceImages.image(in, width, in.readInt());
      }
      int cases = in.readInt();
      assertThat(cases).isGreaterThan(100);
      PixelImage actual = new PixelImage();
      for (int i = 0; i < cases; i++) {
        int number = in.readInt();
        PixelImage source = sources[number];
        String operation = in.readUTF();
        double[] arguments = new double[in.readInt()];
        for (int k = 0; k < arguments.length; k++) {
          arguments[k] = in.readDouble();
        }
        byte[] expected =
            ReferenceImages.bytes(ReferenceImages.image(in, source.width(), source.height()));
        // One image for all cases: what an operation leaves in its scratch memory must not matter.
        actual.copyFrom(source);
        apply(operation, arguments, actual);
        assertThat(Arrays.mismatch(ReferenceImages.bytes(actual), expected))
            .as("%s %s of image %d", operation, Arrays.toString(arguments), number)
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void postersOfNoBitsAreBlack() {
    PixelImage image = ReferenceImages.pattern(5, 4);
    PillowTones.posterize(image, 0);
    assertThat(ReferenceImages.bytes(image)).containsOnly(0);
  }

  private static void apply(String operation, double[] a, PixelImage image) {
    switch (operation) {
      case "affine" ->
          PillowAffine.apply(
              image,
              new PillowAffine.Matrix(a[1], a[2], a[3], a[4], a[5], a[6]),
              Interpolation.values()[(int) a[0]],
              FILL);
      case "rotate" -> PillowAffine.rotate(image, a[1], Interpolation.values()[(int) a[0]], FILL);
      case "posterize" -> PillowTones.posterize(image, (int) a[0]);
      case "solarize" -> PillowTones.solarize(image, a[0]);
      case "solarizeAdd" -> PillowTones.solarizeAdd(image, (int) a[0]);
      case "invert" -> PillowTones.invert(image);
      case "autoContrast" -> PillowTones.autoContrast(image);
      case "equalize" -> PillowTones.equalize(image);
      case "grey" -> PillowTones.grey(image);
      case "sharpness" -> PillowFilters.sharpness(image, (float) a[0]);
      case "gaussianBlur" -> PillowFilters.gaussianBlur(image, (float) a[0]);
      default -> throw new AssertionError(operation);
    }
  }
}
