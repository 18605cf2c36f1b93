package io.kitbag.augment.image;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The file formats that can be decoded, told apart by their first bytes. */
public enum ImageFormat {
  /** JPEG, baseline and progressive. */
  JPEG(0xff, 0xd8, 0xff),
  /** PNG. */
  PNG(0x89, 'P', 'N', 'G'),
  /** Windows bitmap. */
  BMP('B', 'M'),
  /** GIF, of which the first frame is read. */
  GIF('G', 'I', 'F', '8'),
  /** WebP, if an ImageIO plug-in for it is on the path. */
  WEBP(
      'R',
      'I',
      'F',
      'F',
      ImageFormat.ANY,
      ImageFormat.ANY,
      ImageFormat.ANY,
      ImageFormat.ANY,
      'W',
      'E',
      'B',
      'P');

  private static final int ANY = -1;

  private final int[] magic;

  ImageFormat(int... magic) {
    this.magic = magic;
  }

  /** Returns the format whose signature the bytes start with, or null if there is none. */
  static @Nullable ImageFormat of(byte[] bytes, int length) {
    for (ImageFormat format : values()) {
      if (format.matches(bytes, length)) {
        return format;
      }
    }
    return null;
  }

  /** Tells by its extension whether a file is meant to be an image of one of these formats. */
  public static boolean isImageName(String fileName) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return fileName.indexOf('.') >= 0
        && switch (extension) {
          case "jpg", "jpeg", "png", "bmp", "gif", "webp" -> true;
          default -> false;
        };
  }

  private boolean matches(byte[] bytes, int length) {
    if (length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (magic[i] != ANY && (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
