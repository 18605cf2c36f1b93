package io.kitbag.augment.internal.jpeg;

import org.jspecify.annotations.Nullable;

/**
 * The Huffman tables seen lately: most files of a data set use the same few.
 *
 * <p>Not thread-safe.
 */
final class HuffmanCache {
  private static final int KEPT = 32;

  private final @Nullable HuffmanTable[] tables = new HuffmanTable[KEPT];
  private int next;

  /** Returns the table that these bytes define, made now or before. */
  HuffmanTable get(byte[] bytes, int from, int to, boolean dc) throws JpegDamage {
    for (HuffmanTable table : tables) {
      if (table != null && table.isDefinedBy(bytes, from, to, dc)) {
        return table;
      }
    }
    HuffmanTable made = new HuffmanTable(bytes, from, to, dc);
    tables[next] = made;
    next = (next + 1) % KEPT;
    return made;
  }
}
