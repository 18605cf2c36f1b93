package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ExifOrientation;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decoders and buffers for the threads that read a data set, as many as read at once. */
final class DecoderPool {
  private final Queue<Decoder> free = new ConcurrentLinkedQueue<>();

  private record Decoder(EncodedImage file, ImageDecoder decoder) {}

  /** Reads the bytes of an image, if there are any; false if not. */
  @FunctionalInterface
  interface Source {
    boolean readEncoded(EncodedImage target) throws CorruptImageException;
  }

  /**
   * Reads and decodes an image that messages call {@code name}.
   *
   * @return false if the source has no bytes; the target is then undefined
   */
  boolean read(Source source, String name, PixelImage target) throws CorruptImageException {
    return read(source, name, target, false);
  }

  /** The same, and turns the image the way up that EXIF says. */
  boolean readUpright(Source source, String name, PixelImage target) throws CorruptImageException {
    return read(source, name, target, true);
  }

  private boolean read(Source source, String name, PixelImage target, boolean upright)
      throws CorruptImageException {
    Decoder free = this.free.poll();
    Decoder used = free == null ? new Decoder(new EncodedImage(), new ImageDecoder()) : free;
    try {
      if (!source.readEncoded(used.file)) {
        return false;
      }
      used.decoder.decode(used.file.bytes(), used.file.length(), name, target);
      if (upright) {
        ExifOrientation.of(used.file.bytes(), used.file.length()).apply(target);
      }
      return true;
    } finally {
      this.free.add(used);
    }
  }
}
