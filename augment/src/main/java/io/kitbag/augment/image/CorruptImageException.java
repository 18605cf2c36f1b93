package io.kitbag.augment.image;

/**
 * Says that one image cannot be used: damaged, truncated, unreadable, too large, or of a kind that
 * is not supported. The message names the image and the reason.
 */
public final class CorruptImageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String image;
  private final String reason;

  /** Makes the exception of an image, named as the user knows it, and a reason. */
  public CorruptImageException(String image, String reason) {
    super(image + ": " + reason);
    this.image = image;
    this.reason = reason;
  }

  /** Makes the exception of an image, a reason and what raised it. */
  public CorruptImageException(String image, String reason, Throwable cause) {
    super(image + ": " + reason, cause);
    this.image = image;
    this.reason = reason;
  }

  /** Returns the name of the image. */
  public String image() {
    return image;
  }

  /** Returns what is wrong, without the name. */
  public String reason() {
    return reason;
  }
}
