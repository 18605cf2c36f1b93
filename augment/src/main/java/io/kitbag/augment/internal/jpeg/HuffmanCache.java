package io.kitbag.augment.internal.jpeg;

import org.jspecify.annotations.Nullable;

/**
 * The Huffman tables seen lately: most files of a data set use the same few. Tables are used again
 * for other definitions, so that files with tables of their own cost no memory either.
 *
 * <p>Not thread-safe.
 */
final class HuffmanCache {
  /** Well above the eight tables that a frame can hold. */
  private static final int KEPT = 32;

  private final @Nullable HuffmanTable[] tables = new HuffmanTable[KEPT];
  private int next;

  /** Returns the table that these bytes define; those that the frame holds stay as they are. */
  HuffmanTable get(Frame frame, byte[] bytes, int from, int to, boolean dc) throws JpegDamage {
    for (HuffmanTable table : tables) {
      if (table != null && table.isDefinedBy(bytes, from, to, dc)) {
        return table;
      }
    }
    do {
      next = (next + 1) % KEPT;
    } while (tables[next] != null && frame.holds(tables[next]));
    HuffmanTable table = tables[next];
    if (table == null) {
      table = new HuffmanTable();
      tables[next] = table;
    }
    table.define(bytes, from, to, dc);
    return table;
  }
}
