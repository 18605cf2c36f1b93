package io.kitbag.augment.internal.jpeg;

/**
 * What is wrong with a JPEG's bytes; {@link JpegDecoder} adds the image's name.
 *
 * <p>Without a stack trace: damage is data, found in hot loops, and the message says where.
 */
final class JpegDamage extends Exception {
  private static final long serialVersionUID = 1L;

  JpegDamage(String message) {
    super(message, null, false, false);
  }
}
