package io.kitbag.augment.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * The bytes of an image file, in storage that is kept and grows, so that one instance serves a
 * worker for all its samples.
 *
 * <p>Not thread-safe.
 */
public final class EncodedImage {
  /**
   * The most bytes of a file: 1 GiB less one. {@link ImageDecoder#DEFAULT_MAX_PIXELS} of 16 bits a
   * sample are half of it without any compression.
   */
  public static final int MAX_BYTES = (1 << 30) - 1;

  private static final int FIRST_CAPACITY = 1 << 16;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int length;

  /** Makes one without bytes. */
  public EncodedImage() {}

  /** Returns the live storage, of which the first {@link #length()} bytes are the file. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns the number of bytes in use. */
  public int length() {
    return length;
  }

  /**
   * Reads a stream to its end.
   *
   * @throws IOException if that fails, or there are more than {@link #MAX_BYTES}
   */
  public void read(InputStream in) throws IOException {
    length = 0;
    while (true) {
      if (length == bytes.length) {
        // Known of a file before it is read, which would take the memory of a whole gibibyte.
        checkFits((long) length + in.available());
        bytes = Arrays.copyOf(bytes, doubled());
      }
      int read = in.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return;
      }
      length += read;
    }
  }

  /**
   * Reads a part of a file.
   *
   * @throws EOFException if the file ends before the part does
   * @throws IOException if reading fails, or the part has more than {@link #MAX_BYTES}
   */
  public void read(FileChannel file, long offset, int count) throws IOException {
    length = 0;
    checkFits(count);
    if (bytes.length < count) {
      bytes = new byte[Math.max(count, doubled())];
    }
    ByteBuffer target = ByteBuffer.wrap(bytes, 0, count);
    while (target.hasRemaining()) {
      if (file.read(target, offset + target.position()) < 0) {
        throw new EOFException("the file ends at byte " + (offset + target.position()));
      }
    }
    length = count;
  }

  private int doubled() {
    return Math.min(2 * bytes.length, MAX_BYTES + 1);
  }

  private static void checkFits(long count) throws IOException {
    if (count > MAX_BYTES) {
      throw new IOException(
          "the image has at least %d bytes, the limit is %d; save it smaller or remove it"
              .formatted(count, MAX_BYTES));
    }
  }
}
