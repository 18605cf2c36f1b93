package io.kitbag.augment.image;

import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the first warning that means lost pixels.
 *
 * <p>libjpeg's other warnings, above all extraneous bytes before a marker, occur in sound files of
 * public data sets and are ignored, as Pillow does.
 */
final class DamageListener implements IIOReadWarningListener {
  private @Nullable String message;

  @Nullable String message() {
    return message;
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    boolean lost =
        warning.contains("bad Huffman code") || warning.contains("premature end of data segment");
    if (lost && message == null) {
      message = warning;
    }
  }
}
