package io.kitbag.augment.internal.jpeg;

/** The order of coefficients in a file (ITU-T T.81, figure A.6). */
final class ZigZag {
  /** The row-by-row position of each coefficient in file order. */
  static final int[] NATURAL = natural();

  private ZigZag() {}

  private static int[] natural() {
    int[] order = new int[64];
    int next = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      for (int step = 0; step <= diagonal; step++) {
        int row = diagonal % 2 == 0 ? diagonal - step : step;
        int column = diagonal - row;
        if (row < 8 && column < 8) {
          order[next++] = 8 * row + column;
        }
      }
    }
    return order;
  }
}
