package io.kitbag.train.recipe;

import io.kitbag.train.internal.Nearest;
import io.kitbag.train.recipe.RecipeException.Problem;
import io.kitbag.train.recipe.Tree.Mapping;
import io.kitbag.train.recipe.Tree.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Presets, recipe files and overrides.
 *
 * <p>A file says what differs from its {@code base}, a preset; without one that is {@code
 * baseline}, the preset that has every key. Overrides come last. Whatever is wrong in any of these
 * is reported together, each with its file, line and column.
 */
public final class Recipes {
  private static final String ROOT = "baseline";
  private static final List<String> NAMES =
      List.of(
          "quickstart",
          ROOT,
          "efficient",
          "refined",
          "torchvision-v2",
          "rsb-a3",
          "cifar10",
          "cifar10-resnet");

  /** Far above any recipe, and small enough to read whatever the path happens to point at. */
  private static final long LARGEST_FILE = 1 << 20;

  private Recipes() {}

  /** The presets, the one to start with first. */
  public static List<String> names() {
    return NAMES;
  }

  /** The dotted path of every key, such as {@code augment.crop.kind}, in the order of the YAML. */
  public static List<String> keys() {
    return Keys.of(Recipe.class);
  }

  /**
   * The preset of this name.
   *
   * @throws RecipeException if there is none
   */
  public static Recipe preset(String name) {
    return resolve(name, List.of());
  }

  /**
   * The recipe in a file.
   *
   * @throws RecipeException with everything that is wrong
   */
  public static Recipe read(Path file) {
    return read(file, List.of());
  }

  /**
   * The recipe in a file, with overrides.
   *
   * @param overrides {@code key=value}, such as {@code optimizer.momentum=0.875}
   * @throws RecipeException with everything that is wrong in either
   */
  public static Recipe read(Path file, List<String> overrides) {
    List<Problem> problems = new ArrayList<>();
    Mapping tree = over(ROOT, text(file), file.toString(), stem(file), problems);
    return finish(tree, overrides, problems);
  }

  /**
   * The recipe in a text, such as the one a checkpoint keeps.
   *
   * @param source what to call the text in errors
   * @throws RecipeException with everything that is wrong
   */
  public static Recipe parse(String yaml, String source) {
    List<Problem> problems = new ArrayList<>();
    return finish(over(ROOT, yaml, source, "unnamed", problems), List.of(), problems);
  }

  /**
   * What a user names: a preset, or the path of a file ending in {@code .yaml} or {@code .yml}.
   *
   * @param overrides {@code key=value}, such as {@code optimizer.momentum=0.875}
   * @throws RecipeException with everything that is wrong
   */
  public static Recipe resolve(String nameOrFile, List<String> overrides) {
    if (nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml")) {
      return read(Path.of(nameOrFile), overrides);
    }
    List<Problem> problems = new ArrayList<>();
    Mapping tree = presetTree(nameOrFile, "--recipe", "", problems);
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
    return finish(tree, overrides, problems);
  }

  /** {@code recipe} with overrides. */
  static Recipe override(Recipe recipe, List<String> overrides) {
    return finish(RecordTree.of(recipe), overrides, new ArrayList<>());
  }

  private static Recipe finish(Mapping tree, List<String> overrides, List<Problem> problems) {
    Mapping top = tree;
    for (String override : overrides) {
      top = top.overlaid(overrideTree(override, problems));
    }
    return RecordReader.read(Recipe.class, top, problems);
  }

  private static Mapping overrideTree(String override, List<Problem> problems) {
    String at = "--set " + override;
    int equals = override.indexOf('=');
    if (equals < 1) {
      problems.add(new Problem(at, "", "is not of the form key=value"));
      return new Mapping(Map.of(), "");
    }
    int before = problems.size();
    Tree tree = YamlReader.readValue(override.substring(equals + 1), at, problems);
    if (problems.size() > before) {
      return new Mapping(Map.of(), "");
    }
    String[] keys = override.substring(0, equals).strip().split("\\.", -1);
    for (int i = keys.length - 1; i >= 0; i--) {
      tree = new Mapping(Map.of(keys[i], tree), i == 0 ? "" : at);
    }
    return (Mapping) tree;
  }

  /** The text over the base it names, or over {@code otherwise}. */
  private static Mapping over(
      String otherwise, String text, String source, String name, List<Problem> problems) {
    Mapping file = YamlReader.readFile(text, source, problems);
    Map<String, Tree> entries = new LinkedHashMap<>(file.entries());
    entries.putIfAbsent("name", new Scalar(name, source));
    Tree base = entries.remove("base");
    if (base != null && !(base instanceof Scalar)) {
      problems.add(new Problem(base.at(), "base", "must be the name of a preset"));
    }
    String named = base instanceof Scalar scalar ? scalar.text() : null;
    String at = base == null ? source : base.at();
    return presetTree(named == null ? otherwise : named, at, "base", problems)
        .overlaid(new Mapping(entries, file.at()));
  }

  private static Mapping presetTree(String name, String at, String path, List<Problem> problems) {
    if (!NAMES.contains(name)) {
      String known = "\" is not a preset (" + String.join(", ", NAMES) + ")";
      problems.add(new Problem(at, path, '"' + name + known + Nearest.hint(name, NAMES)));
      return presetTree(ROOT, at, path, problems);
    }
    try (InputStream in = Recipes.class.getResourceAsStream(name + ".yaml")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String source = "preset " + name;
      return name.equals(ROOT)
          ? YamlReader.readFile(text, source, problems)
          : over(ROOT, text, source, name, problems);
    } catch (IOException e) {
      throw new UncheckedIOException("the preset " + name + " cannot be read", e);
    }
  }

  private static String text(Path file) {
    String trouble;
    try {
      if (Files.size(file) <= LARGEST_FILE) {
        return Files.readString(file);
      }
      trouble = "is larger than 1 MiB: not a recipe";
    } catch (CharacterCodingException e) {
      trouble = "is not UTF-8 text";
    } catch (IOException e) {
      trouble =
          Files.exists(file)
              ? "cannot be read: " + e.getMessage()
              : "does not exist; presets are " + String.join(", ", NAMES);
    }
    throw new RecipeException(List.of(new Problem(file.toString(), "", trouble)));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9._-]", "-");
  }
}
