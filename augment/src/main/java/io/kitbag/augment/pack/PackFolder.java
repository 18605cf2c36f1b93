package io.kitbag.augment.pack;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ShardIndex;
import io.kitbag.augment.pack.Packer.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The folder of a pack, and the files in it that say which pack it is: {@code pack.json} and {@code
 * classes.txt}.
 */
final class PackFolder {
  private final Path folder;
  private final PackSettings settings;

  PackFolder(Path folder, PackSettings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * Makes the folder, or makes sure that it is of this pack, and removes what an interrupted run
   * left.
   *
   * @throws DatasetException if the folder holds another pack or files of others
   */
  void begin(List<Part> parts) throws IOException {
    Files.createDirectories(folder);
    Path description = folder.resolve("pack.json");
    byte[] now = utf8(description(parts));
    byte[] classes = utf8(classes(parts.get(0).images()));
    if (!Files.exists(description)) {
      requireNothingElse(description, classes);
    } else if (!holds(description, now)) {
      throw new DatasetException(
          folder
              + " holds a pack of other images or settings (see its pack.json); choose another"
              + " folder, or delete it");
    }
    for (Part part : parts) {
      for (int i = 0; (long) i * settings.shardSize() < part.images().size(); i++) {
        Path tar = tar(part, i);
        Files.deleteIfExists(ShardWriter.temporary(tar));
        Files.deleteIfExists(ShardWriter.temporary(ShardIndex.of(tar)));
      }
    }
    // The description first: without it the folder would be taken for somebody else's.
    ShardWriter.writeWhole(description, now);
    ShardWriter.writeWhole(folder.resolve("classes.txt"), classes);
  }

  /** Returns the place of a tar file. */
  Path tar(Part part, int shard) {
    return folder.resolve(String.format(Locale.ROOT, "%s-%06d.tar", part.name(), shard));
  }

  /** Refuses all files but those that a run leaves which was killed before it had a description. */
  private void requireNothingElse(Path description, byte[] classes) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        boolean left =
            entry.equals(ShardWriter.temporary(description))
                || entry.equals(folder.resolve("classes.txt")) && holds(entry, classes);
        if (!left) {
          throw new DatasetException(
              "%s holds other files, such as %s; packed images need a folder of their own"
                  .formatted(folder, entry.getFileName()));
        }
      }
    }
  }

  private static boolean holds(Path file, byte[] contents) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == contents.length
        && Arrays.equals(Files.readAllBytes(file), contents);
  }

  private static String classes(ImageDataset images) {
    StringBuilder lines = new StringBuilder();
    for (String name : images.classes()) {
      if (!name.equals(name.strip()) || name.isEmpty() || name.matches("(?s).*[\t\r\n].*")) {
        throw new DatasetException(
            "class \"" + name + "\" has a name that no line of text can hold; rename it");
      }
      lines.append(name).append('\n');
    }
    return lines.toString();
  }

  private String description(List<Part> parts) {
    JsonObject root = new JsonObject();
    root.addProperty("format", 2);
    root.addProperty("shortSide", settings.shortSide());
    root.addProperty("quality", settings.quality());
    root.addProperty("shardSize", settings.shardSize());
    for (Part part : parts) {
      JsonObject object = new JsonObject();
      object.addProperty("images", part.images().size());
      object.addProperty("sha256", digest(part.images()));
      root.add(part.name(), object);
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(root) + "\n";
  }

  /**
   * Of names and labels, not of contents: those would have to be read twice. What all names begin
   * with is left out, as it says where the data are and not what.
   */
  private static String digest(ImageDataset images) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      images.classes().forEach(name -> update(digest, name));
      int common = commonPrefix(images);
      for (int i = 0; i < images.size(); i++) {
        update(digest, images.name(i).substring(common));
        update(digest, Integer.toString(images.label(i)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  private static int commonPrefix(ImageDataset images) {
    String first = images.size() == 0 ? "" : images.name(0);
    int common = first.length();
    for (int i = 1; i < images.size(); i++) {
      String name = images.name(i);
      common = Math.min(common, name.length());
      while (!name.startsWith(first.substring(0, common))) {
        common--;
      }
    }
    return common;
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(utf8(text));
    digest.update((byte) '\n');
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
