package io.kitbag.bench.predict;

import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.table.TextTable;
import io.kitbag.bench.table.TextTable.Column;
import io.kitbag.precision.ComputeType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predictions for one network as a text table and as JSON.
 *
 * @param model its name
 * @param imageSize side of the images in pixels
 */
public record PredictionReport(String model, int imageSize, List<Prediction> rows) {

  private static final double GIGA = 1e9;
  private static final double MILLI = 1e-3;

  private static final TextTable<Prediction> TABLE =
      new TextTable<>(
          List.of(
              new Column<>("gpu", true, row -> row.gpu().label()),
              new Column<>("precision", true, row -> Labels.of(row.compute())),
              new Column<>("batch", false, row -> Integer.toString(row.batch())),
              new Column<>("least ms", false, row -> format("%.2f", row.leastSeconds() / MILLI)),
              new Column<>(
                  "most images/s", false, row -> format("%.0f", row.mostImagesPerSecond())),
              new Column<>("memory-bound", false, row -> format("%.2f", row.memoryBoundShare())),
              new Column<>("of peak", false, row -> format("%.2f", row.shareOfPeak())),
              new Column<>("Tensor Cores", false, PredictionReport::tensorCores),
              new Column<>("GB", false, PredictionReport::gigabytes),
              new Column<>("largest batch", false, row -> Long.toString(row.largestBatch()))));

  public PredictionReport {
    rows = List.copyOf(rows);
  }

  private static String tensorCores(Prediction row) {
    return row.compute() == ComputeType.FP32
        ? TextTable.NONE
        : format("%.2f", row.tensorCoreShare());
  }

  private static String gigabytes(Prediction row) {
    return format("%.1f", row.memoryBytes() / GIGA) + (row.fits() ? "" : " TOO MUCH");
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** The table under a line about what it is; below it where the GPUs' numbers come from. */
  public String text() {
    StringBuilder text =
        new StringBuilder(
            "%s, %d px, training with momentum: bounds from shapes and data sheets, not checked against a GPU%n"
                .formatted(model, imageSize));
    text.append(TABLE.render(rows));
    rows.stream()
        .map(Prediction::gpu)
        .distinct()
        .forEach(
            gpu ->
                text.append(
                    "%s: %s, %.0f GB (%s)%n"
                        .formatted(
                            gpu.label(), gpu.title(), gpu.memoryBytes() / GIGA, gpu.source())));
    return text.toString();
  }

  /** An array of flat objects, one a line. */
  public String json() {
    return JsonRows.array(rows.stream().map(this::fields).toList());
  }

  private Map<String, @Nullable Object> fields(Prediction row) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("imageSize", imageSize);
    fields.put("gpu", row.gpu().label());
    fields.put("title", row.gpu().title());
    fields.put("precision", Labels.of(row.compute()));
    fields.put("batch", row.batch());
    fields.put("leastMs", row.leastSeconds() / MILLI);
    fields.put("mostImagesPerSecond", row.mostImagesPerSecond());
    fields.put("memoryBoundShare", row.memoryBoundShare());
    fields.put("shareOfPeak", row.shareOfPeak());
    fields.put("tensorCoreShare", row.tensorCoreShare());
    fields.put("memoryBytes", row.memoryBytes());
    fields.put("fits", row.fits());
    fields.put("largestBatch", row.largestBatch());
    fields.put(
        "peakTflops",
        row.gpu().peaks(row.compute()).map(peaks -> peaks.flopsPerSecond() / 1e12).orElse(null));
    fields.put(
        "gigabytesPerSecond",
        row.gpu().peaks(row.compute()).map(peaks -> peaks.bytesPerSecond() / GIGA).orElse(null));
    fields.put("source", row.gpu().source());
    return fields;
  }
}
