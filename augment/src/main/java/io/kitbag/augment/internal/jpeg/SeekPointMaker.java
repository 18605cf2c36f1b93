package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.image.CorruptImageException;
import java.util.Optional;

/**
 * Gives files {@link SeekPoints}, with which {@link JpegDecoder} need not parse what lies above and
 * beside a rectangle.
 *
 * <p>Not thread-safe.
 */
public final class SeekPointMaker {
  private final JpegSegments file;

  /**
   * Makes a maker.
   *
   * @param maxPixels the most pixels an image may have
   */
  public SeekPointMaker(long maxPixels) {
    file = new JpegSegments(maxPixels);
  }

  /**
   * Returns a copy of a file that has seek points. Its pixels are the same, for {@link JpegDecoder}
   * and for any other.
   *
   * @param bytes the file from the array's start
   * @param length the file's length
   * @param imageName how messages name the image
   * @return empty if it has points already, or is of a kind that cannot have them: progressive,
   *     with restarts, in several scans, or not known to the decoder
   * @throws CorruptImageException if it is damaged or too large
   */
  public Optional<byte[]> withPoints(byte[] bytes, int length, String imageName)
      throws CorruptImageException {
    byte[] segment;
    try {
      segment = segment(bytes, length);
    } catch (JpegDamage e) {
      throw e.in(imageName);
    }
    return segment.length == 0 ? Optional.empty() : Optional.of(inserted(segment, bytes, length));
  }

  /** Returns the segment that holds the points; empty if there can be none. */
  private byte[] segment(byte[] bytes, int length) throws JpegDamage {
    if (!file.open(bytes, length) || !file.mayHavePoints() || file.frame.points.present()) {
      return new byte[0];
    }
    Frame frame = file.frame;
    int columns = frame.mcuColumns();
    int rows = frame.mcuRows();
    int step = SeekPoints.Recorder.step(columns, rows, frame.componentCount);
    if (step == 0) {
      return new byte[0];
    }
    for (int i = 0; i < frame.componentCount; i++) {
      frame.components[i].endRow = frame.components[i].paddedDown;
    }
    SeekPoints.Recorder recorder = new SeekPoints.Recorder(file.scan, columns, rows, step);
    int scanStart = file.position();
    file.readScan(recorder);
    return recorder.segment(scanStart, length - scanStart);
  }

  private static byte[] inserted(byte[] segment, byte[] bytes, int length) {
    // Behind the segments that want to be the first: JFIF's, EXIF's.
    int at = 2;
    while ((Frame.shortAt(bytes, at) & 0xfff0) == 0xffe0) {
      at += 2 + Frame.shortAt(bytes, at + 2);
    }
    byte[] with = new byte[length + segment.length];
    System.arraycopy(bytes, 0, with, 0, at);
    System.arraycopy(segment, 0, with, at, segment.length);
    System.arraycopy(bytes, at, with, at + segment.length, length - at);
    return with;
  }
}
