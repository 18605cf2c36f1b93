package io.kitbag.augment.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PolicyReferenceTest {
  private static final TimmRandAugment PLAIN =
      new TimmRandAugment(2, 10, 0, false, 0.5, Warp.timm());

  /** Every operation at many magnitudes, with the pixels of torchvision's and timm's own code. */
  @Test
  void operationsEqualTorchvisionAndTimmAtTheirMagnitudes() throws IOException {
    try (DataInputStream in = ReferenceImages.open("policies.bin")) {
      int width = in.readInt();
      PixelImage source = ReferenceImages.image(in, width, in.readInt());
      int cases = in.readInt();
      assertThat(cases).isGreaterThan(1000);
      PixelImage actual = new PixelImage();
      List<String> differing = new ArrayList<>();
      for (int i = 0; i < cases; i++) {
        String space = in.readUTF();
        AugmentOp op = AugmentOp.valueOf(in.readUTF());
        int bins = in.readInt();
        double level = in.readDouble();
        int sign = in.readInt();
        int expected = in.readInt();
        boolean timm = space.startsWith("TIMM");
        actual.copyFrom(source);
        double argument = argument(space, op, bins, level, sign, source);
        op.apply(actual, argument, timm ? Warp.timm() : Warp.torchvision());
        CRC32 sum = new CRC32();
        sum.update(actual.pixels(), 0, actual.length());
        if ((int) sum.getValue() != expected) {
          differing.add(
              "%s %s level %s of %d, sign %d: %s"
                  .formatted(space, op, level, bins, sign, argument));
        }
      }
      assertThat(differing).isEmpty();
    }
  }

  private static double argument(
      String space, AugmentOp op, int bins, double level, int sign, PixelImage image) {
    return switch (space) {
      case "TIMM" -> PLAIN.argument(op, level, image.width(), image.height(), sign);
      case "TIMM_INCREASING" ->
          TimmRandAugment.of(10, 0).argument(op, level, image.width(), image.height(), sign);
      default ->
          OpSpace.valueOf(space)
              .argument(op, (int) level, bins, image.width(), image.height(), sign);
    };
  }
}
