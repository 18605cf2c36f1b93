package io.kitbag.train.loop;

/**
 * How far a run is.
 *
 * @param epoch completed epochs, so the index of the current one
 * @param batch batches of the current epoch that are done
 * @param step steps of the whole run
 */
record Position(int epoch, int batch, long step) {

  static final Position START = new Position(0, 0, 0);

  /** After one more step of so many batches. */
  Position next(int batches) {
    return new Position(epoch, batch + batches, step + 1);
  }

  /** At the first batch of the next epoch. */
  Position nextEpoch() {
    return new Position(epoch + 1, 0, step);
  }
}
