package io.kitbag.train.report;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which step was when, in epochs. Their length may change where a run was resumed with another
 * batch size, so it is read off the steps at which epochs ended.
 */
final class EpochScale {
  private final TreeMap<Long, Integer> ends = new TreeMap<>(Map.of(0L, 0));
  private double stepsPerEpoch;
  private long latest;

  /** So many epochs were complete at {@code step}. */
  void ended(int epochs, long step) {
    if (step > ends.lastKey() && epochs > ends.lastEntry().getValue()) {
      ends.put(step, epochs);
    }
    reached(step);
  }

  void reached(long step) {
    latest = Math.max(latest, step);
  }

  /** The length of an epoch of which the end is not known yet. */
  void stepsPerEpoch(double steps) {
    stepsPerEpoch = steps;
  }

  /** Epochs that are complete. */
  int complete() {
    return ends.lastEntry().getValue();
  }

  /** Epochs done at a step, with the part of one that was begun. */
  double at(long step) {
    Map.Entry<Long, Integer> before = ends.floorEntry(step);
    Map.Entry<Long, Integer> after = ends.higherEntry(step);
    double length;
    if (after != null) {
      length = (double) (after.getKey() - before.getKey()) / (after.getValue() - before.getValue());
    } else if (stepsPerEpoch > 0) {
      length = stepsPerEpoch;
    } else {
      Map.Entry<Long, Integer> previous = ends.lowerEntry(before.getKey());
      length =
          previous == null
              ? Math.max(1, latest - before.getKey())
              : (double) (before.getKey() - previous.getKey())
                  / (before.getValue() - previous.getValue());
    }
    return before.getValue() + (step - before.getKey()) / length;
  }
}
