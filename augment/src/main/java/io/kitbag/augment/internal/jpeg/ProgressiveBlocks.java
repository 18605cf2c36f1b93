package io.kitbag.augment.internal.jpeg;

/**
 * Collects the coefficients of progressive files, scan by scan (ITU-T T.81, annex G), and turns
 * them into samples at the end.
 */
final class ProgressiveBlocks implements Scan.BlockReader {
  private final Scan scan;
  private final BitReader reader;
  private final BlockWriter writer;

  /** How many blocks, the present one included, have no more new coefficients. */
  private int endOfBlocks;

  ProgressiveBlocks(Scan scan, BlockWriter writer) {
    this.scan = scan;
    this.reader = scan.reader;
    this.writer = writer;
  }

  @Override
  public void restart() {
    endOfBlocks = 0;
  }

  @Override
  public void read(Component component, int column, int row) throws JpegDamage {
    int at = 64 * (row * component.paddedAcross + column);
    short[] coefficients = component.coefficients;
    if (scan.first == 0) {
      if (scan.high == 0) {
        component.dcPrediction += reader.dcDifference(component.dc);
        coefficients[at] = (short) (component.dcPrediction << scan.low);
      } else if (reader.take(1) == 1) {
        coefficients[at] |= (short) (1 << scan.low);
      }
    } else if (scan.high == 0) {
      firstBits(component.ac, coefficients, at);
    } else {
      nextBit(component.ac, coefficients, at);
    }
  }

  private void firstBits(HuffmanTable table, short[] coefficients, int at) throws JpegDamage {
    if (endOfBlocks > 0) {
      endOfBlocks--;
      return;
    }
    for (int k = scan.first; k <= scan.last; k++) {
      int entry = reader.symbol(table);
      int run = entry >> 8 & 15;
      if (HuffmanTable.isEndOfBlock(entry)) {
        endOfBlocks = (1 << run) + reader.take(run) - 1;
        return;
      }
      k += run;
      int value = reader.value(entry);
      if (value != 0) {
        if (k > scan.last) {
          throw new JpegDamage("a block has more coefficients than its scan");
        }
        coefficients[at + k] = (short) (value << scan.low);
      }
    }
  }

  private void nextBit(HuffmanTable table, short[] coefficients, int at) throws JpegDamage {
    int k = scan.first;
    while (endOfBlocks == 0 && k <= scan.last) {
      int entry = reader.symbol(table);
      int zeros = entry >> 8 & 15;
      int value = reader.value(entry);
      if (value == 0 && zeros < 15) {
        endOfBlocks = (1 << zeros) + reader.take(zeros);
        break;
      }
      if (value < -1 || value > 1) {
        throw new JpegDamage("a scan that refines brings a coefficient above 1");
      }
      while (k <= scan.last) {
        if (coefficients[at + k] != 0) {
          refine(coefficients, at + k);
        } else if (--zeros < 0) {
          break;
        }
        k++;
      }
      if (value != 0) {
        if (k > scan.last) {
          throw new JpegDamage("a block has more coefficients than its scan");
        }
        coefficients[at + k] = (short) (value << scan.low);
      }
      k++;
    }
    if (endOfBlocks > 0) {
      for (; k <= scan.last; k++) {
        if (coefficients[at + k] != 0) {
          refine(coefficients, at + k);
        }
      }
      endOfBlocks--;
    }
  }

  private void refine(short[] coefficients, int at) {
    int bit = 1 << scan.low;
    int value = coefficients[at];
    if (reader.take(1) == 1 && (value & bit) == 0) {
      coefficients[at] = (short) (value >= 0 ? value + bit : value - bit);
    }
  }

  /** Transforms the needed blocks of a component. */
  void finish(Component component) {
    int[] natural = ZigZag.NATURAL;
    int[] target = writer.coefficients();
    int endRow = Math.min(component.endRow, component.blocksDown);
    int endColumn = Math.min(component.endColumn, component.blocksAcross);
    for (int row = component.firstRow; row < endRow; row++) {
      for (int column = component.firstColumn; column < endColumn; column++) {
        int at = 64 * (row * component.paddedAcross + column);
        int lane = writer.lane();
        int used = 0;
        for (int k = 1; k < 64; k++) {
          int value = component.coefficients[at + k];
          target[(natural[k] << InverseDct.LANE_BITS) + lane] = value * component.steps[k];
          used |= value;
        }
        int dc = component.coefficients[at] * component.steps[0];
        writer.write(component, column, row, dc, used);
      }
    }
  }
}
