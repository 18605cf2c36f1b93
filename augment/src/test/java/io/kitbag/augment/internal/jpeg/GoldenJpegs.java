package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.image.PixelImage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

/** Stored JPEGs with checksums of libjpeg-turbo and Pillow (src/test/python/jpeg_reference.py). */
public final class GoldenJpegs {
  /** Width, height and CRC-32 of one component's samples, row by row. */
  public record Plane(int width, int height, long crc) {}

  /** A file and what is known of it. */
  public record Jpeg(String name, byte[] bytes, List<Plane> planes, long rgbCrc) {
    @Override
    public String toString() {
      return name;
    }
  }

  private GoldenJpegs() {}

  /** Reads all of them. */
  public static List<Jpeg> all() throws IOException {
    InputStream resource = GoldenJpegs.class.getResourceAsStream("golden.bin");
    List<Jpeg> jpegs = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Objects.requireNonNull(resource)))) {
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        byte[] bytes = in.readNBytes(in.readInt());
        List<Plane> planes = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
          planes.add(new Plane(in.readInt(), in.readInt(), in.readInt() & 0xffffffffL));
        }
        jpegs.add(new Jpeg(name, bytes, planes, in.readInt() & 0xffffffffL));
      }
    }
    return jpegs;
  }

  static Plane plane(JpegPlane plane) {
    CRC32 crc = new CRC32();
    byte[] row = new byte[plane.width()];
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        row[x] = (byte) plane.sample(x, y);
      }
      crc.update(row);
    }
    return new Plane(plane.width(), plane.height(), crc.getValue());
  }

  static long rgb(PixelImage image) {
    CRC32 crc = new CRC32();
    crc.update(image.pixels(), 0, image.length());
    return crc.getValue();
  }
}
