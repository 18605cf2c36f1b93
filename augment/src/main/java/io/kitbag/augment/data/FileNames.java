package io.kitbag.augment.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Names in folders, and patterns that stand for several files. */
final class FileNames {
  private static final Pattern RANGE = Pattern.compile("(\\d+)\\.\\.(\\d+)");
  private static final int MOST_FILES = 1_000_000;

  private FileNames() {}

  /** Returns the names in a folder, sorted; none if it is no folder. */
  static List<String> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the files of a pattern, relative to a folder unless it is absolute: {@code {000..146}}
   * and {@code {a,b}} stand for each of these, {@code *}, {@code ?} and {@code [ab]} in the last
   * name for what is there.
   *
   * @throws DatasetException if a file that is written out does not exist, or a pattern finds none
   */
  static List<Path> matching(Path base, String pattern) {
    List<Path> files = new ArrayList<>();
    for (String each : braces(pattern)) {
      files.addAll(globbed(base, each));
    }
    List<Path> missing = files.stream().filter(file -> !Files.isRegularFile(file)).toList();
    if (!missing.isEmpty()) {
      throw new DatasetException(
          "%d of the %d files of %s do not exist, the first is %s"
              .formatted(missing.size(), files.size(), pattern, missing.get(0)));
    }
    return files;
  }

  /** Expands the braces of a pattern as a shell does. */
  static List<String> braces(String pattern) {
    int open = pattern.indexOf('{');
    int close = pattern.indexOf('}', open);
    if (open < 0 || close < 0) {
      return List.of(pattern);
    }
    String before = pattern.substring(0, open);
    List<String> all = new ArrayList<>();
    for (String rest : braces(pattern.substring(close + 1))) {
      for (String choice : choices(pattern, pattern.substring(open + 1, close))) {
        all.add(before + choice + rest);
      }
    }
    all.sort(null);
    return all;
  }

  private static List<String> choices(String pattern, String inner) {
    Matcher range = RANGE.matcher(inner);
    if (!range.matches()) {
      return List.of(inner.split(",", -1));
    }
    int first = Numbers.wholeOr(range.group(1), -1);
    int last = Numbers.wholeOr(range.group(2), -1);
    if (first < 0 || last < first || last - first >= MOST_FILES) {
      throw new DatasetException(
          "{%s} in %s is no range; write {000..146}".formatted(inner, pattern));
    }
    List<String> choices = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      choices.add(String.format(Locale.ROOT, "%0" + range.group(1).length() + "d", i));
    }
    return choices;
  }

  private static List<Path> globbed(Path base, String pattern) {
    try {
      Path path = base.resolve(pattern);
      String name = path.getFileName().toString();
      if (name.chars().noneMatch(c -> c == '*' || c == '?' || c == '[')) {
        return List.of(path);
      }
      PathMatcher matcher = path.getFileSystem().getPathMatcher("glob:" + name);
      Path folder = path.toAbsolutePath().getParent();
      List<Path> found =
          in(folder).stream()
              .filter(each -> matcher.matches(Path.of(each)))
              .map(path::resolveSibling)
              .toList();
      if (found.isEmpty()) {
        throw new DatasetException("no file in " + folder + " is named like " + name);
      }
      return found;
    } catch (InvalidPathException | PatternSyntaxException e) {
      throw new DatasetException(
          "\"%s\" is no file name: %s".formatted(pattern, e.getMessage()), e);
    }
  }
}
