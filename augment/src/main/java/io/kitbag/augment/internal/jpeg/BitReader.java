package io.kitbag.augment.internal.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The entropy-coded bits of a scan.
 *
 * <p>How it works: {@link #bits} holds the next {@link #count} bits from its uppermost down, zeros
 * below. A refill takes four bytes at once where none of them is 0xff, which would be a stuffed
 * byte or a marker, and else goes byte by byte. At a marker or the end of the data zeros are fed
 * and counted in {@link #padding}, so that the hot loops need no check: whether any of them was
 * consumed is asked once per row of blocks ({@link #checkNotExhausted}).
 *
 * <p>A refill leaves at least 32 bits, more than one code and its value can have (16 + 15).
 */
final class BitReader {
  private static final VarHandle BIG_ENDIAN_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] data = new byte[0];
  private int end;
  private int position;
  private long bits;
  private int count;
  private int padding;

  /** Starts reading at a byte. */
  void start(byte[] bytes, int from, int to) {
    data = bytes;
    end = to;
    restart(from);
  }

  /** Returns the byte that no refill has consumed yet: at or before the next marker. */
  int position() {
    return position;
  }

  /**
   * Returns where the next bit is: eight times the place of its byte, plus its place in the byte.
   * Exact as long as no bits were fed that do not exist.
   */
  long bitPosition() {
    int real = Math.max(0, count - padding);
    int at = position;
    for (int left = real; left > 0; left -= 8) {
      at--;
      // A stuffed zero goes with the byte before it.
      if (data[at] == 0 && at > 0 && data[at - 1] == (byte) 0xff) {
        at--;
      }
    }
    return 8L * at + (-real & 7);
  }

  /** Drops the buffered bits and goes on at another byte. */
  void restart(int from) {
    position = from;
    bits = 0;
    count = 0;
    padding = 0;
  }

  /** Throws if more bits were consumed than there are. */
  void checkNotExhausted() throws JpegDamage {
    if (count < padding) {
      throw new JpegDamage(
          position >= end ? "it is truncated" : "its entropy-coded data ends too early");
    }
  }

  /** Returns the next {@code size} bits, 0 to 16 of them. */
  int take(int size) {
    if (size == 0) {
      return 0;
    }
    if (count < 32) {
      refill();
    }
    int value = (int) (bits >>> (64 - size));
    bits <<= size;
    count -= size;
    return value;
  }

  /**
   * Reads a symbol of a table.
   *
   * @return the table's entry, whose value comes next
   */
  int symbol(HuffmanTable table) throws JpegDamage {
    if (count < 32) {
      refill();
    }
    int entry = table.symbols[(int) (bits >>> HuffmanTable.SHIFT)];
    if (entry == 0) {
      entry = table.longCode(bits);
    }
    int length = entry >> 16;
    bits <<= length;
    count -= length;
    return entry;
  }

  /** Returns the value that belongs to an entry just read. */
  int value(int entry) {
    int size = entry >> 12 & 15;
    return size == 0 ? 0 : HuffmanTable.extend(take(size), size);
  }

  /** Reads the difference of a DC coefficient. */
  int dcDifference(HuffmanTable table) throws JpegDamage {
    return value(symbol(table));
  }

  /**
   * Reads the AC coefficients of a block and multiplies them with their quantisation steps.
   *
   * @param steps quantisation steps in file order
   * @param target receives them, laid out as {@link InverseDct#coefficients}; zeros are not written
   * @param lane the block's place among those of {@code target}
   * @return 0 if all of them are zero
   */
  int acCoefficients(HuffmanTable table, int[] steps, int[] target, int lane) throws JpegDamage {
    int[] symbols = table.symbols;
    int[] natural = ZigZag.NATURAL;
    long b = bits;
    int n = count;
    int used = 0;
    int k = 1;
    while (k < 64) {
      if (n < 32) {
        count = n;
        bits = b;
        refill();
        b = bits;
        n = count;
      }
      int entry = symbols[(int) (b >>> HuffmanTable.SHIFT)];
      if (entry == 0) {
        entry = table.longCode(b);
      }
      int size = entry >> 12 & 15;
      int raw = (int) (b << (entry >> 16) >>> (64 - size));
      b <<= entry;
      n -= entry & 0xff;
      k += entry >> 8 & 15;
      if (size == 0) {
        if ((entry & 0xf00) != 0xf00) {
          break;
        }
        k++;
        continue;
      }
      if (k > 63) {
        throw new JpegDamage("a block has more than 64 coefficients");
      }
      int place = natural[k];
      target[(place << InverseDct.LANE_BITS) + lane] = HuffmanTable.extend(raw, size) * steps[k];
      used |= place;
      k++;
    }
    bits = b;
    count = n;
    return used;
  }

  /** Passes over the AC coefficients of a block. */
  void skipAc(HuffmanTable table) throws JpegDamage {
    int[] skips = table.skips;
    long b = bits;
    int n = count;
    int k = 1;
    while (k < 64) {
      if (n < 32) {
        count = n;
        bits = b;
        refill();
        b = bits;
        n = count;
      }
      int window = (int) (b >>> HuffmanTable.SHIFT);
      int skip = skips[window];
      int passed = skip >> 8 & 0xff;
      if (passed != 0 && k + passed <= 64) {
        b <<= skip;
        n -= skip & 0xff;
        if (skip >= HuffmanTable.ENDS_BLOCK) {
          break;
        }
        k += passed;
        continue;
      }
      int entry = table.symbols[window];
      if (entry == 0) {
        entry = table.longCode(b);
      }
      b <<= entry;
      n -= entry & 0xff;
      if (HuffmanTable.isEndOfBlock(entry)) {
        break;
      }
      k += (entry >> 8 & 15) + 1;
      // A run of 16 may pass the end, as in acCoefficients; a value may not.
      if (k > 64 && (entry & 0xf000) != 0) {
        throw new JpegDamage("a block has more than 64 coefficients");
      }
    }
    bits = b;
    count = n;
  }

  private void refill() {
    if (position + 4 <= end) {
      int word = (int) BIG_ENDIAN_INT.get(data, position);
      // Non-zero if a byte of the inverted word is zero (or, harmlessly, sometimes above one).
      if (((~word - 0x01010101) & word & 0x80808080) == 0) {
        bits |= (word & 0xffffffffL) << (32 - count);
        count += 32;
        position += 4;
        return;
      }
    }
    refillSlowly();
  }

  private void refillSlowly() {
    while (count <= 56) {
      int value = 0;
      if (position < end && data[position] != (byte) 0xff) {
        value = data[position++] & 0xff;
      } else {
        int after = position;
        while (after < end && data[after] == (byte) 0xff) {
          after++;
        }
        if (after < end && data[after] == 0 && after > position) {
          value = 0xff;
          position = after + 1;
        } else {
          position = after < end ? position : end;
          padding += 8;
        }
      }
      bits |= (long) value << (56 - count);
      count += 8;
    }
  }
}
