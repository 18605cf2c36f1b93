package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decoders and buffers for the threads that read a data set, as many as read at once. */
final class DecoderPool {
  private final Queue<Decoder> free = new ConcurrentLinkedQueue<>();

  private record Decoder(EncodedImage file, ImageDecoder decoder) {}

  /** Reads the bytes of an image. */
  @FunctionalInterface
  interface Source {
    void readEncoded(EncodedImage target) throws CorruptImageException;
  }

  /** Reads and decodes an image that messages call {@code name}. */
  void read(Source source, String name, PixelImage target) throws CorruptImageException {
    Decoder free = this.free.poll();
    Decoder used = free == null ? new Decoder(new EncodedImage(), new ImageDecoder()) : free;
    try {
      source.readEncoded(used.file);
      used.decoder.decode(used.file.bytes(), used.file.length(), name, target);
    } finally {
      this.free.add(used);
    }
  }
}
