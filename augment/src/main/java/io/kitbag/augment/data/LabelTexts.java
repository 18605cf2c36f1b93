package io.kitbag.augment.data;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The classes of data whose labels are texts. */
final class LabelTexts {
  private static final int MOST_CLASSES = 1_000_000;

  private LabelTexts() {}

  /**
   * Returns the classes of labels: those of the map if there is one; the numbers from 0 to the
   * largest if all labels are whole numbers; otherwise the labels, sorted.
   *
   * @param where what messages call the data
   * @throws DatasetException if a label is in no map, or there is none at all
   */
  static ClassMap classes(Optional<ClassMap> map, Collection<String> texts, String where) {
    if (texts.isEmpty()) {
      throw new DatasetException(where + " has no labelled image");
    }
    if (map.isPresent()) {
      var labels = map.get().labels();
      for (String text : texts) {
        if (map.get().label(labels, text, true).isEmpty()) {
          throw new DatasetException(
              "%s has the label \"%s\", which is none of the %d classes listed and no number below"
                      .formatted(where, text, labels.size())
                  + " that");
        }
      }
      return map.get();
    }
    int largest = -1;
    for (String text : texts) {
      int number = Numbers.wholeOr(text, -1);
      if (number < 0) {
        return ClassMap.of(List.copyOf(new TreeSet<>(texts)));
      }
      largest = Math.max(largest, number);
    }
    if (largest >= MOST_CLASSES) {
      throw new DatasetException(
          where + " has the label " + largest + "; whole numbers are class indices from 0 on");
    }
    return ClassMap.of(IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList());
  }
}
