package io.kitbag.augment.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The classes in the order of their labels, as a text file lists them, one a line.
 *
 * <p>A line is the key by which the data names a class (the folder of an image folder, the label in
 * a manifest or a WebDataset), and after a tab, if wanted, the name to show. Blank lines are passed
 * over. {@code timm}'s class maps and WebDataset's {@code classnames.txt} have this form.
 *
 * @param keys what the data calls the classes
 * @param names what people call them
 */
public record ClassMap(List<String> keys, List<String> names) {
  /** Files in which a data set may list its classes, in the order in which they are looked for. */
  private static final List<String> FILES = List.of("classes.txt", "classnames.txt");

  /** Checks that keys and names are distinct and of equal number. */
  public ClassMap {
    keys = List.copyOf(keys);
    names = List.copyOf(names);
    if (keys.size() != names.size()) {
      throw new IllegalArgumentException(keys.size() + " keys but " + names.size() + " names");
    }
    requireDistinct(keys);
    requireDistinct(names);
  }

  /** The classes are called what they are. */
  public static ClassMap of(List<String> classes) {
    return new ClassMap(classes, classes);
  }

  /**
   * Reads a file.
   *
   * @throws DatasetException if it cannot be read, is empty, or has a class twice
   */
  public static ClassMap read(Path file) {
    List<String> keys = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (BufferedReader in = TextFile.open(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          String[] parts = line.strip().split("\t+", 2);
          keys.add(parts[0].strip());
          names.add(parts[parts.length - 1].strip());
        }
      }
    } catch (CharacterCodingException e) {
      throw new DatasetException(file + " is no UTF-8 text; write one class a line", e);
    } catch (IOException e) {
      throw new DatasetException("the classes cannot be read from " + file + ": " + e, e);
    }
    if (keys.isEmpty()) {
      throw new DatasetException(file + " lists no class; write one a line");
    }
    try {
      return new ClassMap(keys, names);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the class list in a folder, a file {@code classes.txt} or {@code classnames.txt}. */
  static Optional<ClassMap> in(Path folder) {
    return FILES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(ClassMap::read);
  }

  /** Returns the labels by key. */
  Map<String, Integer> labels() {
    Map<String, Integer> labels = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      labels.put(keys.get(i), i);
    }
    return labels;
  }

  /**
   * Returns what a text means as a label: a key, or a number below that of the classes.
   *
   * @param numbersFirst whether a text that is both is a number
   */
  OptionalInt label(Map<String, Integer> labels, String text, boolean numbersFirst) {
    Integer label = labels.get(text);
    int number = Numbers.wholeOr(text, -1);
    boolean isNumber = number >= 0 && number < keys.size();
    if (isNumber && (numbersFirst || label == null)) {
      return OptionalInt.of(number);
    }
    return label == null ? OptionalInt.empty() : OptionalInt.of(label);
  }

  private static void requireDistinct(List<String> values) {
    Map<String, Integer> lines = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      Integer before = lines.putIfAbsent(values.get(i), i);
      if (before != null) {
        throw new IllegalArgumentException(
            "class \"%s\" is listed twice, as number %d and %d"
                .formatted(values.get(i), before, i));
      }
    }
  }
}
