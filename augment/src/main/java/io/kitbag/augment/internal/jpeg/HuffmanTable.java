package io.kitbag.augment.internal.jpeg;

import java.util.Arrays;

/**
 * The codes of one Huffman table, ready for looking up the next bits.
 *
 * <p>{@link #symbols} is indexed by the next {@link #WINDOW} bits. An entry holds how many bits to
 * consume (bits 0-7), the run of zeros (8-11), how many value bits follow (12-15), and, if they lie
 * within the window as well and are therefore counted already, the value itself (16-31). An entry
 * of 0 stands for a longer code: {@link #longCode}.
 *
 * <p>{@link #skips} serves blocks whose values nobody needs. An entry covers as many whole symbols
 * as the window holds: their bits, values included (0-7), and how many coefficients they pass
 * (8-15), where an end of block counts one and sets {@link #ENDS_BLOCK}. 0 means that not even one
 * fits.
 */
final class HuffmanTable {
  static final int WINDOW = 10;
  static final int SHIFT = 64 - WINDOW;
  static final int ENDS_BLOCK = 1 << 16;

  private static final int MAX_LENGTH = 16;

  final int[] symbols = new int[1 << WINDOW];
  final int[] skips = new int[1 << WINDOW];

  private final byte[] definition;
  private final boolean dc;
  private final int[] codeEnd = new int[MAX_LENGTH + 1];
  private final int[] firstValue = new int[MAX_LENGTH + 1];

  /**
   * Makes a table from its definition in a DHT segment: 16 counts of codes by length, then the
   * values in order of their codes.
   */
  HuffmanTable(byte[] bytes, int from, int to, boolean dc) throws JpegDamage {
    this.definition = Arrays.copyOfRange(bytes, from, to);
    this.dc = dc;
    fillSymbols();
    if (!dc) {
      fillSkips();
    }
  }

  boolean isDefinedBy(byte[] bytes, int from, int to, boolean ofDc) {
    return dc == ofDc && Arrays.equals(definition, 0, definition.length, bytes, from, to);
  }

  /**
   * Returns the entry, without a value, of a code that is longer than the window.
   *
   * @param bits the next bits, from the uppermost
   */
  int longCode(long bits) throws JpegDamage {
    for (int length = WINDOW + 1; length <= MAX_LENGTH; length++) {
      int code = (int) (bits >>> (64 - length));
      if (code < codeEnd[length]) {
        return entry(length, definition[firstValue[length] + code] & 0xff);
      }
    }
    throw new JpegDamage("its entropy-coded data holds a bad Huffman code");
  }

  private void fillSymbols() throws JpegDamage {
    int code = 0;
    int value = MAX_LENGTH;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      int count = definition[length - 1] & 0xff;
      firstValue[length] = value - code;
      for (int i = 0; i < count; i++, code++, value++) {
        int symbol = definition[value] & 0xff;
        if (dc && symbol > 15) {
          throw new JpegDamage("a DC Huffman table holds the value " + symbol);
        }
        if (length <= WINDOW && code < 1 << length) {
          fillSymbol(code, length, symbol);
        }
      }
      if (code > 1 << length) {
        throw new JpegDamage("a Huffman table has more codes than bits allow");
      }
      codeEnd[length] = code;
      code <<= 1;
    }
  }

  private void fillSymbol(int code, int length, int symbol) {
    int plain = entry(length, symbol);
    int free = WINDOW - length;
    int size = symbol & 15;
    int first = code << free;
    for (int rest = 0; rest < 1 << free; rest++) {
      int entry = plain;
      if (size > 0 && size <= free) {
        int value = extend(rest >>> (free - size), size);
        entry = length + size | plain & 0xf00 | value << 16;
      }
      symbols[first + rest] = entry;
    }
  }

  private void fillSkips() {
    for (int window = 0; window < 1 << WINDOW; window++) {
      int used = 0;
      int passed = 0;
      int end = 0;
      while (end == 0) {
        int entry = symbols[window << used & (1 << WINDOW) - 1];
        int length = (entry & 0xff) + (entry >> 12 & 15);
        if (entry == 0 || used + length > WINDOW) {
          break;
        }
        used += length;
        if (isEndOfBlock(entry)) {
          passed++;
          end = ENDS_BLOCK;
        } else {
          passed += (entry >> 8 & 15) + 1;
        }
      }
      skips[window] = used | passed << 8 | end;
    }
  }

  /** Tells whether an AC entry is neither a value nor a run of 16 zeros. */
  static boolean isEndOfBlock(int entry) {
    return entry >> 12 == 0 && (entry >> 8 & 15) != 15;
  }

  /** Returns the value that {@code size} > 0 bits stand for (T.81, table F.1 and figure F.12). */
  static int extend(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  private static int entry(int length, int symbol) {
    return length | (symbol >> 4) << 8 | (symbol & 15) << 12;
  }
}
