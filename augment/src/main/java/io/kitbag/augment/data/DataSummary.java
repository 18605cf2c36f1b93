package io.kitbag.augment.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a data set holds, in a few lines for a person. */
public final class DataSummary {
  private static final int CLASSES_SHOWN = 12;
  private static final int EXAMPLES = 3;

  private DataSummary() {}

  /**
   * Returns a line per split with the number of images by class, then one about classes that lack
   * images and one about files that are not used, if there are any.
   */
  public static List<String> lines(DataSplit data) {
    List<String> lines = new ArrayList<>();
    lines.add("training: " + counts(data.train()));
    lines.add("validation: " + counts(data.validation()));
    missing(data.train()).ifPresent(classes -> lines.add("no training image of " + classes));
    // Both splits of one table or tar file may pass over the same.
    Set<String> distinct = new LinkedHashSet<>(data.train().passedOver());
    distinct.addAll(data.validation().passedOver());
    List<String> passedOver = List.copyOf(distinct);
    if (!passedOver.isEmpty()) {
      lines.add("%d not used: %s".formatted(passedOver.size(), some(passedOver, "; ")));
    }
    return lines;
  }

  private static String counts(ImageDataset data) {
    int[] counts = data.classCounts();
    String all = "%d images of %d classes".formatted(data.size(), counts.length);
    int[] sorted = counts.clone();
    Arrays.sort(sorted);
    if (sorted.length == 0 || sorted[0] == sorted[sorted.length - 1]) {
      return sorted.length == 0 ? all : all + ", %d each".formatted(sorted[0]);
    }
    List<String> classes = data.classes();
    if (counts.length <= CLASSES_SHOWN) {
      return all
          + ": "
          + IntStream.range(0, counts.length)
              .mapToObj(label -> classes.get(label) + " " + counts[label])
              .collect(Collectors.joining(", "));
    }
    List<String> fewest =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingInt(label -> counts[label]))
            .limit(EXAMPLES)
            .map(label -> classes.get(label) + " " + counts[label])
            .toList();
    return all
        + ", %d to %d each, median %d; fewest: %s"
            .formatted(
                sorted[0],
                sorted[sorted.length - 1],
                sorted[sorted.length / 2],
                String.join(", ", fewest));
  }

  private static Optional<String> missing(ImageDataset data) {
    int[] counts = data.classCounts();
    List<String> without =
        IntStream.range(0, counts.length)
            .filter(label -> counts[label] == 0)
            .mapToObj(data.classes()::get)
            .toList();
    return without.isEmpty()
        ? Optional.empty()
        : Optional.of("%d classes: %s".formatted(without.size(), some(without, ", ")));
  }

  private static String some(List<String> all, String separator) {
    return all.stream().limit(EXAMPLES).collect(Collectors.joining(separator))
        + (all.size() > EXAMPLES ? separator + "…" : "");
  }
}
