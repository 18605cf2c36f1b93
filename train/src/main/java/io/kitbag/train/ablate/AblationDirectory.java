package io.kitbag.train.ablate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.StorageException;
import io.kitbag.train.internal.AtomicFile;
import io.kitbag.train.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where an ablation is kept: {@code runs.json} with what is done, and a run directory for each
 * variant and seed, {@code <variant>/seed-<n>}. So it can be interrupted and gone on with. For one
 * process at a time.
 */
final class AblationDirectory {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private final Path path;
  private final List<AblationRun> runs;

  private AblationDirectory(Path path, List<AblationRun> runs) {
    this.path = path;
    this.runs = runs;
  }

  /**
   * Opens or creates it.
   *
   * @throws StorageException if that is impossible
   * @throws KitbagException if there is something else
   */
  static AblationDirectory open(Path path) {
    Path file = path.resolve("runs.json");
    try {
      Files.createDirectories(path);
      AtomicFile.deleteLeftovers(path);
      List<AblationRun> runs = new ArrayList<>();
      if (Files.exists(file)) {
        runs.addAll(JSON.readValue(file.toFile(), new TypeReference<List<AblationRun>>() {}));
      }
      return new AblationDirectory(path, runs);
    } catch (JsonProcessingException e) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s is not the list of an ablation's runs: %s; choose another --out"
              .formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new StorageException(path, e);
    }
  }

  List<AblationRun> runs() {
    return List.copyOf(runs);
  }

  /**
   * Whether this run is done.
   *
   * @throws KitbagException if one of this name and seed is, of another recipe
   */
  boolean has(Variant variant, Recipe recipe) {
    for (AblationRun run : runs) {
      if (run.variant().equals(variant.name()) && run.seed() == recipe.seed()) {
        if (!run.recipeSha256().equals(digest(recipe))) {
          throw new KitbagException(
              ExitCode.USAGE,
              "%s has runs of another recipe (%s, seed %d); repeat the options it began with, or choose another --out"
                  .formatted(path, variant.name(), recipe.seed()));
        }
        return true;
      }
    }
    return false;
  }

  void add(AblationRun run) {
    runs.add(run);
    AtomicFile.write(path.resolve("runs.json"), out -> out.write(JSON.writeValueAsBytes(runs)));
  }

  void write(String name, String text) {
    AtomicFile.write(path.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Where this run is written. */
  Path of(Variant variant, Recipe recipe) {
    return path.resolve(variant.name()).resolve("seed-" + recipe.seed());
  }

  /** Of everything that decides what a run computes. */
  static String digest(Recipe recipe) {
    try {
      byte[] yaml = recipe.toYaml().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(yaml));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
