package io.kitbag.augment.internal.jpeg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Where in a scan the blocks are: places from which decoding can start, a few in every row, so that
 * what lies outside a crop need not be parsed. {@link SeekPointMaker} makes them.
 *
 * <p>They travel in the file itself, in a segment APP9 that every other decoder passes over. Its
 * numbers are big-endian: {@code "KitbagSeek\0"}, int8 version 1, int8 how many MCUs there are from
 * one point to the next, int16 rows of MCUs, int16 points in a row, int32 bytes from the scan's
 * first to the end of the file; for each point, row by row, int16 bits since the one before it and
 * int16 the prediction of DC for each component; at the end int32 CRC-32 of all before it.
 *
 * <p>Points that do not fit the file (it was cut or coded anew by a program that copies segments)
 * are not used. If they do and lead astray all the same, the next point in the row tells.
 *
 * <p>Kept by a decoder from image to image. Not thread-safe.
 */
final class SeekPoints {
  static final int MARKER = 0xe9;

  private static final byte[] NAME = "KitbagSeek\0".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int STEP = 4;
  private static final int HEADER = NAME.length + 10;
  private static final int CHECKSUM = 4;

  /** What fits into a segment besides its length. */
  private static final int MOST_BYTES = 65533;

  private final CRC32 crc = new CRC32();

  /** The segment's contents in the file, without their checksum; none if they are equal. */
  private int from;

  private int to;

  /** MCUs from one point to the next. */
  int step;

  private int pointsInRow;
  private int rows;
  private int components;

  /** The first bit of each point, counted from the start of the scan. */
  private int[] bits = new int[0];

  private short[] predictions = new short[0];

  /** Forgets the points. */
  void clear() {
    from = 0;
    to = 0;
  }

  /** Notes where a segment APP9 is, if it is one of these. */
  void found(byte[] data, int start, int end) {
    if (end - start >= HEADER + CHECKSUM
        && java.util.Arrays.equals(data, start, start + NAME.length, NAME, 0, NAME.length)) {
      from = start;
      to = end - CHECKSUM;
    }
  }

  /** Tells whether a segment was found, sound or not. */
  boolean present() {
    return to > from;
  }

  /**
   * Reads the points.
   *
   * @param scanBytes from the scan's first byte to the end of the file
   * @return false if there are none, or they are not those of this scan
   */
  boolean read(byte[] data, int columns, int newRows, int newComponents, int scanBytes) {
    if (!present()) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(data, from + NAME.length, to + CHECKSUM - from - NAME.length);
    int version = in.get();
    step = in.get() & 0xff;
    rows = in.getShort() & 0xffff;
    pointsInRow = in.getShort() & 0xffff;
    components = newComponents;
    if (version != VERSION
        || step == 0
        || rows != newRows
        || pointsInRow != Component.ceilDivide(columns, step)
        || in.getInt() != scanBytes
        || to - from != HEADER + rows * pointsInRow * (2 + 2 * components)) {
      return false;
    }
    crc.reset();
    crc.update(data, from, to - from);
    if ((int) crc.getValue() != in.getInt(to)) {
      return false;
    }
    int count = rows * pointsInRow;
    if (bits.length < count) {
      bits = new int[count];
      predictions = new short[3 * count];
    }
    int bit = 0;
    for (int i = 0; i < count; i++) {
      bit += in.getShort() & 0xffff;
      bits[i] = bit;
      for (int c = 0; c < components; c++) {
        predictions[3 * i + c] = in.getShort();
      }
    }
    return bit >>> 3 < scanBytes;
  }

  /** Makes the reader continue at a point. */
  void jump(BitReader reader, int scanStart, Component[] scanned, int row, int point) {
    int at = row * pointsInRow + point;
    reader.restart(scanStart + (bits[at] >>> 3));
    reader.take(bits[at] & 7);
    for (int c = 0; c < components; c++) {
      scanned[c].dcPrediction = predictions[3 * at + c];
    }
  }

  /** Throws if the reader is not where a point says it must be. */
  void check(BitReader reader, int scanStart, Component[] scanned, int row, int point)
      throws JpegDamage {
    int at = row * pointsInRow + point;
    boolean same = reader.bitPosition() - 8L * scanStart == bits[at];
    for (int c = 0; c < components; c++) {
      same &= scanned[c].dcPrediction == predictions[3 * at + c];
    }
    if (!same) {
      throw new JpegDamage("its seek points do not fit its entropy-coded data");
    }
  }

  /** Collects the points of a scan while all of it is parsed. */
  static final class Recorder implements Scan.BlockReader {
    private final Scan scan;
    private final int step;
    private final int pointsInRow;
    private final int rows;
    private final long[] bits;
    private final int[] predictions;

    /**
     * For a scan of an image of so many MCUs.
     *
     * @param step MCUs from one point to the next
     */
    Recorder(Scan scan, int columns, int rows, int step) {
      this.scan = scan;
      this.step = step;
      this.rows = rows;
      this.pointsInRow = Component.ceilDivide(columns, step);
      this.bits = new long[rows * pointsInRow];
      this.predictions = new int[3 * bits.length];
    }

    /** Returns the smallest step from {@link #STEP} on whose points fit into a segment; or 0. */
    static int step(int columns, int rows, int components) {
      for (int step = STEP; step < 256; step *= 2) {
        long points = (long) rows * Component.ceilDivide(columns, step);
        if (HEADER + CHECKSUM + points * (2 + 2L * components) <= MOST_BYTES) {
          return step;
        }
      }
      return 0;
    }

    @Override
    public void restart() {
      // There are no restarts in scans that get points.
    }

    @Override
    public void read(Component component, int column, int row) throws JpegDamage {
      int across = scan.mcuColumns();
      int down = scan.mcuRows();
      if (component == scan.components[0] && column % (across * step) == 0 && row % down == 0) {
        int at = row / down * pointsInRow + column / across / step;
        bits[at] = scan.reader.bitPosition();
        for (int c = 0; c < scan.count; c++) {
          predictions[3 * at + c] = scan.components[c].dcPrediction;
        }
      }
      component.dcPrediction += scan.reader.dcDifference(component.dc);
      scan.reader.skipAc(component.ac);
    }

    /**
     * Returns the segment, marker included; empty if a number does not fit.
     *
     * @param scanBytes from the scan's first byte to the end of the file
     */
    byte[] segment(int scanStart, int scanBytes) {
      int length = HEADER + bits.length * (2 + 2 * scan.count) + CHECKSUM;
      ByteBuffer out = ByteBuffer.allocate(4 + length);
      out.put((byte) 0xff).put((byte) MARKER).putShort((short) (2 + length));
      out.put(NAME).put((byte) VERSION).put((byte) step);
      out.putShort((short) rows).putShort((short) pointsInRow).putInt(scanBytes);
      long before = 8L * scanStart;
      for (int i = 0; i < bits.length; i++) {
        long distance = bits[i] - before;
        if (distance < 0 || distance > 0xffff) {
          return new byte[0];
        }
        before = bits[i];
        out.putShort((short) distance);
        for (int c = 0; c < scan.count; c++) {
          int prediction = predictions[3 * i + c];
          if (prediction != (short) prediction) {
            return new byte[0];
          }
          out.putShort((short) prediction);
        }
      }
      CRC32 crc = new CRC32();
      crc.update(out.array(), 4, length - CHECKSUM);
      return out.putInt((int) crc.getValue()).array();
    }
  }
}
