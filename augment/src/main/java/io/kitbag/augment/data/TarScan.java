package io.kitbag.augment.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kitbag.augment.image.ImageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the samples of a WebDataset tar file: members next to each other whose names are equal up
 * to the first dot, an image and a {@code .cls} or {@code .json} that labels it.
 */
final class TarScan {
  /** A label is a few bytes and metadata a few kilobytes; more would be another kind of file. */
  private static final int MOST_LABEL_BYTES = 1 << 20;

  private static final List<String> JSON_LABELS = List.of("label", "cls", "class");

  private final ShardContents.Builder found;
  private final Path tar;
  private String key = "";
  private @Nullable TarArchiveEntry image;
  private @Nullable String label;

  private TarScan(Path tar) {
    this.tar = tar;
    this.found = new ShardContents.Builder(tar);
  }

  /**
   * Reads all headers of a tar file, and its labels.
   *
   * @throws DatasetException if it is damaged, or a sample has no label or more than one image
   */
  static ShardContents of(Path tar) {
    try (TarFile file = new TarFile(tar)) {
      return new TarScan(tar).scan(file);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new DatasetException(tar + " is no intact tar file: " + e.getMessage(), e);
    }
  }

  private ShardContents scan(TarFile file) throws IOException {
    for (TarArchiveEntry entry : file.getEntries()) {
      if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
        continue;
      }
      if (entry.isSparse()) {
        throw new DatasetException(tar + ": " + entry.getName() + " is sparse; pack it anew");
      }
      String name = entry.getName();
      int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
      if (dot < 0) {
        continue;
      }
      if (!name.substring(0, dot).equals(key)) {
        finishSample();
        key = name.substring(0, dot);
      }
      addMember(file, entry, name.substring(dot + 1));
    }
    finishSample();
    return found.build();
  }

  private void addMember(TarFile file, TarArchiveEntry entry, String extension) throws IOException {
    if (extension.equals("cls")) {
      label = text(file, entry).strip();
    } else if (extension.equals("json")) {
      String inJson = labelIn(text(file, entry), entry.getName());
      label = label == null ? inJson : label;
    } else if (extension.indexOf('.') < 0 && ImageFormat.isImageName("." + extension)) {
      if (image != null) {
        throw new DatasetException(
            tar + ": sample " + key + " has two images, " + image.getName() + " and " + extension);
      }
      image = entry;
    }
  }

  private void finishSample() {
    if (image != null) {
      if (label == null || label.isEmpty()) {
        throw new DatasetException(
            "%s: sample %s has no label; it needs a member %s.cls with the class, or %s.json with"
                    .formatted(tar, key, key, key)
                + " a value label");
      }
      // What is cut off here is refused when it is read, as one image that is too large.
      int length = (int) Math.min(image.getSize(), Integer.MAX_VALUE);
      found.add(key, label, image.getDataOffset(), length);
    }
    image = null;
    label = null;
  }

  private String text(TarFile file, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > MOST_LABEL_BYTES) {
      throw new DatasetException(
          "%s: %s has %d bytes; a label has few".formatted(tar, entry.getName(), entry.getSize()));
    }
    try (InputStream in = file.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private @Nullable String labelIn(String json, String member) {
    try {
      JsonElement root = JsonParser.parseString(json);
      for (String name : JSON_LABELS) {
        if (root.isJsonObject()
            && root.getAsJsonObject().has(name)
            && root.getAsJsonObject().get(name).isJsonPrimitive()) {
          return root.getAsJsonObject().get(name).getAsString();
        }
      }
      return null;
    } catch (JsonParseException e) {
      throw new DatasetException(tar + ": " + member + " is no JSON: " + e.getMessage(), e);
    }
  }
}
