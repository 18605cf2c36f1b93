package io.kitbag.augment.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image input stream straight over bytes in memory: no copy, no cache. */
final class ByteArrayImageInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private final int length;
  private boolean exhausted;

  ByteArrayImageInput(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Tells whether a reader asked for bytes behind the end, as it does for a truncated file. */
  boolean exhausted() {
    return exhausted;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= length) {
      exhausted = true;
      return -1;
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) {
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    if (streamPos >= length) {
      exhausted = true;
      return -1;
    }
    int read = (int) Math.min(count, length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, read);
    streamPos += read;
    return read;
  }

  @Override
  public long length() {
    return length;
  }
}
