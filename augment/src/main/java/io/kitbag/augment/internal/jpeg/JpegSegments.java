package io.kitbag.augment.internal.jpeg;

/**
 * A JPEG file, read segment by segment up to its scans and then scan by scan.
 *
 * <p>Kept from file to file. Not thread-safe.
 */
final class JpegSegments {
  /** What the segments read so far say. */
  final Frame frame = new Frame();

  /** The header of the scan that comes next. */
  final Scan scan = new Scan();

  private final long maxPixels;
  private byte[] data = new byte[0];
  private int end;
  private int position;

  /**
   * For files of an image each.
   *
   * @param maxPixels the most pixels an image may have
   */
  JpegSegments(long maxPixels) {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels=" + maxPixels + " must be positive");
    }
    this.maxPixels = maxPixels;
  }

  /**
   * Reads a file up to and including the header of its first scan.
   *
   * @param bytes the file from the array's start; not copied
   * @return false if this is a JPEG of a kind that is not supported
   */
  boolean open(byte[] bytes, int length) throws JpegDamage {
    data = bytes;
    end = length;
    frame.clear();
    if (length < 4 || Frame.shortAt(bytes, 0) != 0xffd8) {
      throw new JpegDamage("it does not start like one");
    }
    position = 2;
    return readToScan() && wholeFactors();
  }

  /** Returns the place of the next byte that was not read. */
  int position() {
    return position;
  }

  /** Returns how many bytes there are from {@link #position} on. */
  int bytesLeft() {
    return end - position;
  }

  /** Tells whether a marker follows. */
  boolean hasMarker() {
    return Scan.nextMarker(data, position, end) >= 0;
  }

  /**
   * Tells whether the scan is one that can have {@link SeekPoints}: all components in it, no
   * restarts, not progressive.
   */
  boolean mayHavePoints() {
    return !frame.progressive && frame.restartInterval == 0 && scan.count == frame.componentCount;
  }

  /** Reads the blocks of the scan, at least those that the components need. */
  void readScan(Scan.BlockReader blocks) throws JpegDamage {
    position = scan.read(frame, data, position, end, blocks);
  }

  /** The same, with seek points if there are any. */
  void readNeeded(Scan.BlockReader blocks) throws JpegDamage {
    if (mayHavePoints()
        && frame.points.read(
            data, frame.mcuColumns(), frame.mcuRows(), frame.componentCount, bytesLeft())) {
      position = scan.seek(frame, data, position, end, blocks, frame.points);
    } else {
      readScan(blocks);
    }
  }

  /**
   * Reads segments up to and including the next scan's header.
   *
   * @return false at the end of the image, and if the frame is of an unsupported kind
   */
  boolean readToScan() throws JpegDamage {
    while (true) {
      int at = Scan.nextMarker(data, position, end);
      if (at < 0) {
        throw new JpegDamage("it is truncated");
      }
      int marker = data[at] & 0xff;
      position = at + 1;
      if (marker == 0xd9) {
        if (frame.componentCount == 0) {
          throw new JpegDamage("it has no image");
        }
        return false;
      }
      if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8) {
        continue;
      }
      int from = at + 3;
      int to = from > end ? end + 1 : at + 1 + Frame.shortAt(data, at + 1);
      if (to < from || to > end) {
        throw new JpegDamage(to > end ? "it is truncated" : "it has a segment without a length");
      }
      position = to;
      switch (marker) {
        case 0xc0, 0xc1, 0xc2 -> {
          if (!frame.start(marker, data, from, to, maxPixels)) {
            return false;
          }
        }
        case 0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf -> {
          return false;
        }
        case 0xc4 -> frame.huffman(data, from, to);
        case 0xda -> {
          frame.scan(data, from, to, scan);
          return true;
        }
        case 0xdb -> frame.quantisation(data, from, to);
        case 0xdd -> frame.restartInterval(data, from, to);
        case 0xe0, SeekPoints.MARKER, 0xee -> frame.application(marker, data, from, to);
        default -> {
          // Comments, EXIF, profiles: nothing that pixels depend on.
        }
      }
    }
  }

  /** Whether the finest component has a whole number of samples for each of the others'. */
  private boolean wholeFactors() {
    for (int i = 0; i < frame.componentCount; i++) {
      Component component = frame.components[i];
      if (frame.mostAcross % component.across != 0 || frame.mostDown % component.down != 0) {
        return false;
      }
    }
    return true;
  }
}
