package io.kitbag.bench.pipeline;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Tar files of JPEGs and labels as WebDataset lays them out, which it and Kitbag both read. */
final class Shards {
  /** A worker of WebDataset needs a file of its own; this is enough for as many. */
  private static final int MOST = 16;

  private static final byte[] LABEL = "0".getBytes(StandardCharsets.UTF_8);

  private Shards() {}

  /** Writes {@code train-000000.tar} and so on, in the place of any that are there. */
  static void write(List<Path> photos, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      old.filter(file -> file.toString().endsWith(".tar")).forEach(Shards::delete);
    }
    int each = (photos.size() + MOST - 1) / MOST;
    for (int from = 0; from < photos.size(); from += each) {
      Path tar = folder.resolve(String.format(Locale.ROOT, "train-%06d.tar", from / each));
      try (TarArchiveOutputStream out =
          new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(tar)))) {
        for (Path photo : photos.subList(from, Math.min(photos.size(), from + each))) {
          String name = photo.getFileName().toString();
          member(out, name, Files.readAllBytes(photo));
          member(out, name.substring(0, name.lastIndexOf('.')) + ".cls", LABEL);
        }
      }
    }
  }

  private static void member(TarArchiveOutputStream out, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written anew".formatted(file), e);
    }
  }
}
