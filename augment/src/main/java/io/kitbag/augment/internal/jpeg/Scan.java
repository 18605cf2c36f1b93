package io.kitbag.augment.internal.jpeg;

import org.jspecify.annotations.Nullable;

/** A scan's header, and the way through its blocks. */
final class Scan {
  private static final int RESTART = 0xd0;

  /** What is done with each block of a scan, in the order of the file. */
  interface BlockReader {
    /** Forgets what blocks hand on to the next; predictions of DC are seen to. */
    void restart();

    void read(Component component, int column, int row) throws JpegDamage;
  }

  final Component[] components = new Component[3];
  final BitReader reader = new BitReader();
  int count;

  /** The coefficients of the scan, in file order, both inclusive; 0 and 63 in baseline files. */
  int first;

  int last;

  /** The bit of the coefficients that came before and the one that comes now; 0 is all of them. */
  int high;

  int low;

  void check(boolean progressive) throws JpegDamage {
    if (!progressive) {
      // Baseline encoders write anything here, and libjpeg ignores it.
      for (int i = 0; i < count; i++) {
        require(components[i].dc, components[i].ac);
      }
      return;
    }
    boolean sound = first == 0 ? last == 0 : last >= first && last <= 63 && count == 1;
    if (!sound || low > 13 || high != 0 && high != low + 1) {
      throw new JpegDamage("a progressive scan has impossible parameters");
    }
    for (int i = 0; i < count; i++) {
      if (first == 0) {
        if (high == 0) {
          require(components[i].dc, components[i].dc);
        }
      } else {
        require(components[i].ac, components[i].ac);
        if (!components[i].seen) {
          throw new JpegDamage("a progressive scan of AC coefficients comes before its DC scan");
        }
      }
    }
  }

  /**
   * Reads the blocks down to the last row that a component needs.
   *
   * @param from the first byte behind the header
   * @return a place at or before the next marker
   */
  int read(Frame frame, byte[] data, int from, int to, BlockReader blocks) throws JpegDamage {
    reader.start(data, from, to);
    restart(blocks);
    if (count == 1) {
      readOne(frame, data, to, blocks);
    } else {
      readInterleaved(frame, data, to, blocks);
    }
    return reader.position();
  }

  /** Returns how many columns of the first component's blocks an MCU has. */
  int mcuColumns() {
    return count == 1 ? 1 : components[0].across;
  }

  /** Returns how many rows of the first component's blocks an MCU has. */
  int mcuRows() {
    return count == 1 ? 1 : components[0].down;
  }

  /**
   * Reads the blocks that the components need and a few before them in each row.
   *
   * @param from the first byte behind the header
   * @param points those of this scan, which has all components and no restarts
   * @return a place at or before the next marker
   */
  int seek(Frame frame, byte[] data, int from, int to, BlockReader blocks, SeekPoints points)
      throws JpegDamage {
    reader.start(data, from, to);
    blocks.restart();
    Component first = components[0];
    int start = first.firstColumn / mcuColumns() / points.step;
    int columns = Math.min(first.endColumn / mcuColumns(), frame.mcuColumns());
    int end = Math.min(first.endRow / mcuRows(), frame.mcuRows());
    int proof = (columns - 1) / points.step;
    for (int y = first.firstRow / mcuRows(); y < end; y++) {
      points.jump(reader, from, components, y, start);
      for (int x = start * points.step; x < columns; x++) {
        if (x == proof * points.step && proof > start) {
          points.check(reader, from, components, y, proof);
        }
        readMcu(x, y, blocks);
      }
      reader.checkNotExhausted();
    }
    return reader.position();
  }

  private void readMcu(int x, int y, BlockReader blocks) throws JpegDamage {
    if (count == 1) {
      blocks.read(components[0], x, y);
      return;
    }
    for (int i = 0; i < count; i++) {
      Component component = components[i];
      for (int v = 0; v < component.down; v++) {
        for (int h = 0; h < component.across; h++) {
          blocks.read(component, x * component.across + h, y * component.down + v);
        }
      }
    }
  }

  private void readOne(Frame frame, byte[] data, int to, BlockReader blocks) throws JpegDamage {
    Component component = components[0];
    int end = Math.min(component.endRow, component.blocksDown);
    int done = 0;
    for (int row = 0; row < end; row++) {
      for (int column = 0; column < component.blocksAcross; column++) {
        if (frame.restartInterval != 0 && done != 0 && done % frame.restartInterval == 0) {
          passRestart(done / frame.restartInterval - 1, data, to, blocks);
        }
        blocks.read(component, column, row);
        done++;
      }
      reader.checkNotExhausted();
    }
  }

  private void readInterleaved(Frame frame, byte[] data, int to, BlockReader blocks)
      throws JpegDamage {
    int across = frame.mcuColumns();
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = Math.max(end, Component.ceilDivide(components[i].endRow, components[i].down));
    }
    int done = 0;
    for (int y = 0; y < end; y++) {
      for (int x = 0; x < across; x++) {
        if (frame.restartInterval != 0 && done != 0 && done % frame.restartInterval == 0) {
          passRestart(done / frame.restartInterval - 1, data, to, blocks);
        }
        readMcu(x, y, blocks);
        done++;
      }
      reader.checkNotExhausted();
    }
  }

  private void passRestart(int number, byte[] data, int to, BlockReader blocks) throws JpegDamage {
    reader.checkNotExhausted();
    int at = nextMarker(data, reader.position(), to);
    if (at < 0 || (data[at] & 0xff) != RESTART + (number & 7)) {
      throw new JpegDamage(at < 0 ? "it is truncated" : "a restart marker is missing");
    }
    reader.restart(at + 1);
    restart(blocks);
  }

  private void restart(BlockReader blocks) {
    for (int i = 0; i < count; i++) {
      components[i].dcPrediction = 0;
    }
    blocks.restart();
  }

  /** Returns the place of the next marker's code, behind its 0xff, or -1. */
  static int nextMarker(byte[] data, int from, int to) {
    for (int at = from + 1; at < to; at++) {
      if (data[at - 1] == (byte) 0xff && data[at] != 0 && data[at] != (byte) 0xff) {
        return at;
      }
    }
    return -1;
  }

  private static void require(@Nullable Object one, @Nullable Object other) throws JpegDamage {
    if (one == null || other == null) {
      throw new JpegDamage("a scan uses a Huffman table that is not defined");
    }
  }
}
