package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.image.CorruptImageException;

/**
 * What is wrong with a JPEG's bytes; {@link #in} adds the image's name.
 *
 * <p>Without a stack trace: damage is data, found in hot loops, and the message says where.
 */
final class JpegDamage extends Exception {
  private static final long serialVersionUID = 1L;

  JpegDamage(String message) {
    super(message, null, false, false);
  }

  /** Returns this as what is wrong with an image. */
  CorruptImageException in(String image) {
    return new CorruptImageException(image, "the JPEG cannot be decoded: " + getMessage(), this);
  }
}
