package io.kitbag.augment.internal.jpeg;

import java.util.Arrays;

/**
 * The codes of one Huffman table, ready for looking up the next bits.
 *
 * <p>{@link #symbols} is indexed by the next {@link #WINDOW} bits. An entry holds how many bits
 * code and value take together (bits 0-7), the run of zeros (8-11), the bits of the value (12-15)
 * and those of the code (16-20). An entry of 0 stands for a longer code: {@link #longCode}. Values
 * are not looked up: to take them from the bits needs no branch, and branches that depend on the
 * data are what costs here.
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

  private static final int MAX_DEFINITION = MAX_LENGTH + 256;

  private final byte[] definition = new byte[MAX_DEFINITION];
  private int length;
  private boolean dc;
  private final int[] codeEnd = new int[MAX_LENGTH + 1];
  private final int[] firstValue = new int[MAX_LENGTH + 1];

  /**
   * Makes this the table of a definition in a DHT segment: 16 counts of codes by length, then the
   * values in order of their codes, 256 at most.
   */
  void define(byte[] bytes, int from, int to, boolean ofDc) throws JpegDamage {
    // Matches nothing until it is whole.
    length = 0;
    System.arraycopy(bytes, from, definition, 0, to - from);
    dc = ofDc;
    Arrays.fill(symbols, 0);
    fillSymbols();
    if (!dc) {
      fillSkips();
    }
    length = to - from;
  }

  boolean isDefinedBy(byte[] bytes, int from, int to, boolean ofDc) {
    return dc == ofDc && Arrays.equals(definition, 0, length, bytes, from, to);
  }

  /**
   * Returns the entry of a code that is longer than the window.
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
    int first = code << (WINDOW - length);
    int end = (code + 1) << (WINDOW - length);
    Arrays.fill(symbols, first, end, entry(length, symbol));
  }

  private void fillSkips() {
    for (int window = 0; window < 1 << WINDOW; window++) {
      int used = 0;
      int passed = 0;
      int end = 0;
      while (end == 0) {
        int entry = symbols[window << used & (1 << WINDOW) - 1];
        int length = entry & 0xff;
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
    return (entry & 0xf000) == 0 && (entry & 0xf00) != 0xf00;
  }

  /**
   * Returns the value that {@code size} > 0 bits stand for (T.81, table F.1 and figure F.12): those
   * that begin with 0 are negative. Without a branch, since signs cannot be predicted.
   */
  static int extend(int bits, int size) {
    int negative = (bits - (1 << (size - 1))) >> 31;
    return bits + (negative & (1 - (1 << size)));
  }

  private static int entry(int length, int symbol) {
    int size = symbol & 15;
    return length + size | (symbol >> 4) << 8 | size << 12 | length << 16;
  }
}
