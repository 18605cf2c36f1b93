package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kitbag.train.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the pages say is so: examples are compiled code, recipes are read, links lead somewhere. */
class DocumentationTest {

  /** Surefire starts tests in their module's directory. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(?:#[^)]*)?\\)");
  private static final Pattern MEMBER =
      Pattern.compile("`([A-Z]\\w+)\\.(?!java`)([A-Za-z]\\w+)(?:\\(.*?\\))?`");

  private static List<Path> pages;
  private static Map<String, String> sources;

  @BeforeAll
  static void readTheRepository() throws IOException {
    pages = files(".md");
    sources = new HashMap<>();
    for (Path file : files(".java")) {
      sources.merge(
          file.getFileName().toString().replace(".java", ""),
          unindented(text(file)),
          String::concat);
    }
  }

  @Test
  void readsThePages() {
    assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("ARCHITECTURE.md"));
  }

  @Test
  void examplesAreExcerptsOfCompiledCode() throws IOException {
    String everything = String.join("\n", sources.values());
    for (Block block : blocks("java")) {
      assertThat(everything.contains(unindented(block.text())))
          .as("%s: no source file has these lines: %s", block.page(), block.text())
          .isTrue();
    }
  }

  @Test
  void recipesAreReadWithoutAProblem() throws IOException {
    for (Block block : blocks("yaml")) {
      assertThatCode(() -> Recipes.parse(block.text(), block.page().toString()))
          .as(block.text())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void linksLeadToFiles() throws IOException {
    for (Path page : pages) {
      Matcher link = LINK.matcher(text(page));
      while (link.find()) {
        if (!link.group(1).contains("://")) {
          assertThat(page.resolveSibling(link.group(1))).as("link in %s", page).exists();
        }
      }
    }
  }

  @Test
  void membersOfOurTypesExist() throws IOException {
    for (Path page : pages) {
      Matcher member = MEMBER.matcher(text(page));
      while (member.find()) {
        String source = sources.get(member.group(1));
        boolean fileName = member.group(2).equals("java");
        if (source != null && !fileName) {
          assertThat(source)
              .as("%s: %s", page, member.group())
              .containsPattern("\\b" + member.group(2) + "\\b");
        }
      }
    }
  }

  private record Block(Path page, String text) {}

  private static List<Block> blocks(String language) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages) {
      Matcher block = BLOCK.matcher(text(page));
      while (block.find()) {
        if (block.group(1).equals(language)) {
          blocks.add(new Block(page, block.group(2)));
        }
      }
    }
    assertThat(blocks).as("blocks of %s", language).isNotEmpty();
    return blocks;
  }

  private static List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(
              file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.git|runs)/.*"))
          .toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).replace("\r\n", "\n");
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }
}
