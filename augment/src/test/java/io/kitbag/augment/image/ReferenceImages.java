package io.kitbag.augment.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** Test images and the stored pixels of Pillow (see src/test/python/pillow_reference.py). */
public final class ReferenceImages {
  private ReferenceImages() {}

  /** Returns the image that the script computes by the same formula. */
  public static PixelImage pattern(int width, int height) {
    PixelImage image = new PixelImage();
    image.reshape(width, height);
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          image.pixels()[i++] = (byte) (x * 37 + y * 91 + c * 53 + x * y * (c + 3) / 4);
        }
      }
    }
    return image;
  }

  public static DataInputStream open(String resource) {
    InputStream in = ReferenceImages.class.getResourceAsStream(resource);
    return new DataInputStream(new BufferedInputStream(Objects.requireNonNull(in, resource)));
  }

  public static PixelImage image(DataInputStream in, int width, int height) throws IOException {
    PixelImage image = new PixelImage();
    image.reshape(width, height);
    in.readFully(image.pixels(), 0, image.length());
    return image;
  }

  /** Returns the bytes in use. */
  public static byte[] bytes(PixelImage image) {
    return Arrays.copyOf(image.pixels(), image.length());
  }
}
