package io.kitbag.augment.internal.jpeg;

/** Reads the blocks of baseline files; those that are needed become samples at once. */
final class SequentialBlocks implements Scan.BlockReader {
  private final BitReader reader;
  private final BlockWriter writer;

  SequentialBlocks(BitReader reader, BlockWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public void restart() {
    // A block of a baseline file hands on nothing but its DC coefficient.
  }

  @Override
  public void read(Component component, int column, int row) throws JpegDamage {
    HuffmanTable dc = component.dc;
    HuffmanTable ac = component.ac;
    component.dcPrediction += reader.dcDifference(dc);
    if (!component.needs(column, row)) {
      reader.skipAc(ac);
      return;
    }
    int used = reader.acCoefficients(ac, component.steps, writer.coefficients(), writer.lane());
    writer.write(component, column, row, component.dcPrediction * component.steps[0], used);
  }
}
