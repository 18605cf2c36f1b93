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

  /** Reads a stream to its end. */
  public void read(InputStream in) throws IOException {
    length = 0;
    while (true) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
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
   */
  public void read(FileChannel file, long offset, int count) throws IOException {
    length = 0;
    if (bytes.length < count) {
      bytes = new byte[Math.max(count, Math.min(Integer.MAX_VALUE / 2, bytes.length) * 2)];
    }
    ByteBuffer target = ByteBuffer.wrap(bytes, 0, count);
    while (target.hasRemaining()) {
      if (file.read(target, offset + target.position()) < 0) {
        throw new EOFException("the file ends at byte " + (offset + target.position()));
      }
    }
    length = count;
  }
}
