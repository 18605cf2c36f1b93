package io.kitbag.augment.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Images that a table names: a CSV file with a header, or a file of JSON objects, one a line.
 *
 * <p>Columns: {@code path}, relative to the table's folder unless absolute; {@code label}, the
 * class or its index; and, if wanted, {@code split}: {@code train}, or {@code val}, {@code valid},
 * {@code validation} or {@code test}. Other columns are passed over. The images keep the table's
 * order.
 *
 * <p>Thread-safe.
 */
public final class Manifest implements ImageDataset {
  private static final Set<String> VALIDATION = Set.of("val", "valid", "validation", "test");

  private final Path folder;
  private final String[] files;
  private final int[] labels;
  private final List<String> classes;
  private final DecoderPool decoders = new DecoderPool();

  private record Row(String path, String label, boolean validation, long line) {}

  private Manifest(Path folder, List<Row> rows, ClassMap classes) {
    this.folder = folder;
    this.classes = classes.names();
    this.files = rows.stream().map(Row::path).toArray(String[]::new);
    var labelsByKey = classes.labels();
    this.labels =
        rows.stream()
            .mapToInt(row -> classes.label(labelsByKey, row.label, false).orElseThrow())
            .toArray();
  }

  /** Tells by its name whether a file is such a table. */
  public static boolean isManifestName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".jsonl") || name.endsWith(".ndjson");
  }

  /**
   * Opens the rows of a table that are not of the validation split.
   *
   * @throws DatasetException if the table cannot be read, a row lacks a value, or a file is missing
   */
  public static Manifest train(Path table, Optional<ClassMap> classes) {
    List<Row> rows = rows(table).stream().filter(row -> !row.validation).toList();
    return new Manifest(folder(table), rows, classes(table, rows, classes));
  }

  /**
   * Opens both splits of a table that has a column {@code split}.
   *
   * @throws DatasetException as for {@link #train}, or if a split has no row
   */
  public static DataSplit split(Path table, Optional<ClassMap> classes) {
    List<Row> rows = rows(table);
    List<Row> train = rows.stream().filter(row -> !row.validation).toList();
    List<Row> validation = rows.stream().filter(row -> row.validation).toList();
    if (train.isEmpty() || validation.isEmpty()) {
      throw new DatasetException(
          table
              + " has no row of the "
              + (train.isEmpty() ? "training" : "validation")
              + " split; add a column split with train and val, or hold out a part of the training"
              + " images (data.holdOut)");
    }
    ClassMap map = classes(table, rows, classes);
    return new DataSplit(
        new Manifest(folder(table), train, map), new Manifest(folder(table), validation, map));
  }

  /**
   * Opens two tables, all rows of each.
   *
   * @throws DatasetException as for {@link #train}
   */
  public static DataSplit split(Path train, Path validation, Optional<ClassMap> classes) {
    List<Row> trainRows = rows(train);
    List<Row> validationRows = rows(validation);
    List<Row> all = new ArrayList<>(trainRows);
    all.addAll(validationRows);
    ClassMap map = classes(train, all, classes);
    return new DataSplit(
        new Manifest(folder(train), trainRows, map),
        new Manifest(folder(validation), validationRows, map));
  }

  @Override
  public int size() {
    return files.length;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    return path(index).toString();
  }

  /** Returns the file of an image. */
  public Path path(int index) {
    return folder.resolve(files[index]);
  }

  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    ImageFolder.readFile(path(index), target);
    return true;
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    decoders.read(file -> readEncoded(index, file), name(index), target);
  }

  private static Path folder(Path table) {
    return table.toAbsolutePath().equals(table)
        ? table.getParent()
        : Optional.ofNullable(table.getParent()).orElse(Path.of(""));
  }

  private static ClassMap classes(Path table, List<Row> rows, Optional<ClassMap> map) {
    Set<String> texts = new LinkedHashSet<>();
    rows.forEach(row -> texts.add(row.label));
    return LabelTexts.classes(map, texts, table.toString());
  }

  private static List<Row> rows(Path table) {
    List<Row> rows;
    try (BufferedReader in = TextFile.open(table)) {
      rows =
          table.toString().toLowerCase(Locale.ROOT).endsWith(".csv")
              ? csv(table, in)
              : json(table, in);
    } catch (IOException
        | UncheckedIOException
        | IllegalArgumentException
        | IllegalStateException e) {
      // The parser reports a malformed file by any of these.
      throw new DatasetException(table + " cannot be read: " + e.getMessage(), e);
    }
    requireFiles(table, rows);
    return rows;
  }

  private static List<Row> csv(Path table, Reader in) throws IOException {
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreHeaderCase(true)
            .setIgnoreSurroundingSpaces(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .build();
    List<Row> rows = new ArrayList<>();
    try (CSVParser parser = format.parse(in)) {
      if (!parser.getHeaderMap().containsKey("path")
          || !parser.getHeaderMap().containsKey("label")) {
        throw new DatasetException(
            "the first line of %s names the columns %s; it must name path and label"
                .formatted(table, parser.getHeaderNames()));
      }
      for (CSVRecord record : parser) {
        rows.add(
            row(
                table,
                parser.getCurrentLineNumber(),
                cell(record, "path"),
                cell(record, "label"),
                cell(record, "split")));
      }
    }
    return rows;
  }

  private static @Nullable String cell(CSVRecord record, String column) {
    return record.isSet(column) ? record.get(column) : null;
  }

  private static List<Row> json(Path table, BufferedReader in) throws IOException {
    List<Row> rows = new ArrayList<>();
    long number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      JsonElement element;
      try {
        element = JsonParser.parseString(line);
      } catch (JsonParseException e) {
        throw new DatasetException(table + " line " + number + " is no JSON: " + line, e);
      }
      if (!element.isJsonObject()) {
        throw new DatasetException(table + " line " + number + " is no JSON object: " + line);
      }
      JsonObject object = element.getAsJsonObject();
      rows.add(
          row(table, number, text(object, "path"), text(object, "label"), text(object, "split")));
    }
    return rows;
  }

  private static @Nullable String text(JsonObject object, String key) {
    return object.has(key) && object.get(key).isJsonPrimitive()
        ? object.get(key).getAsString().strip()
        : null;
  }

  private static Row row(
      Path table,
      long line,
      @Nullable String path,
      @Nullable String label,
      @Nullable String split) {
    if (path == null || path.isEmpty() || label == null || label.isEmpty()) {
      throw new DatasetException(
          "%s line %d has no %s"
              .formatted(table, line, path == null || path.isEmpty() ? "path" : "label"));
    }
    String part = split == null ? "" : split.toLowerCase(Locale.ROOT);
    if (!part.isEmpty() && !part.equals("train") && !VALIDATION.contains(part)) {
      throw new DatasetException(
          "%s line %d has the split \"%s\"; it must be train, or val, valid, validation or test"
              .formatted(table, line, split));
    }
    return new Row(path, label, VALIDATION.contains(part), line);
  }

  private static void requireFiles(Path table, List<Row> rows) {
    Path folder = folder(table);
    List<Row> missing = rows.parallelStream().filter(row -> !isFile(folder, row.path)).toList();
    if (!missing.isEmpty()) {
      throw new DatasetException(
          "%d of the %d files of %s do not exist, the first is %s in line %d; paths are relative to"
                  .formatted(
                      missing.size(), rows.size(), table, missing.get(0).path, missing.get(0).line)
              + " the folder of the table");
    }
  }

  private static boolean isFile(Path folder, String path) {
    try {
      return Files.isRegularFile(folder.resolve(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
