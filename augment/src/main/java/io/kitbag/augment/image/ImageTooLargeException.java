package io.kitbag.augment.image;

/**
 * Says that a transform would make more pixels of one image than memory should hold, as of one that
 * is thousands of times as long as wide. A pipeline leaves such an image out like a corrupt one.
 */
public final class ImageTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message that does not name the image. */
  public ImageTooLargeException(String message) {
    super(message);
  }
}
