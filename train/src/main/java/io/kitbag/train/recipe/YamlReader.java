package io.kitbag.train.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.kitbag.train.recipe.RecipeException.Problem;
import io.kitbag.train.recipe.Tree.Mapping;
import io.kitbag.train.recipe.Tree.Scalar;
import io.kitbag.train.recipe.Tree.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the part of YAML that recipes need: one document of mappings, lists and scalars.
 *
 * <p>Tags, anchors and aliases are refused, so a file can neither name a type nor expand beyond
 * what it shows.
 */
final class YamlReader {
  private static final YAMLFactory YAML = new YAMLFactory();

  /** A recipe has four levels; more than this is a mistake or an attack. */
  private static final int DEEPEST = 16;

  private final YAMLParser parser;
  private final String source;
  private final boolean positions;
  private final List<Problem> problems;
  private int depth;

  private YamlReader(YAMLParser parser, String source, boolean positions, List<Problem> problems) {
    this.parser = parser;
    this.source = source;
    this.positions = positions;
    this.problems = problems;
  }

  /** The mapping a file holds; what is wrong with it goes to {@code problems}. */
  static Mapping readFile(String text, String source, List<Problem> problems) {
    Tree tree = read(text, source, true, problems);
    if (tree instanceof Mapping mapping) {
      return mapping;
    }
    if (problems.isEmpty() && !(tree instanceof Scalar scalar && scalar.text() == null)) {
      problems.add(new Problem(tree.at(), "", "a recipe consists of lines \"key: value\""));
    }
    return new Mapping(Map.of(), source);
  }

  /** The value of an override, where the source says more than a line and a column would. */
  static Tree readValue(String text, String source, List<Problem> problems) {
    return read(text, source, false, problems);
  }

  private static Tree read(String text, String source, boolean positions, List<Problem> problems) {
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlReader reader = new YamlReader(parser, source, positions, problems);
      if (parser.nextToken() == null) {
        return new Scalar(null, source);
      }
      Tree tree = reader.value(reader.at());
      if (parser.nextToken() != null) {
        reader.refuse("there is a second document; a recipe is one");
      }
      return tree;
    } catch (JsonProcessingException e) {
      String message = e.getOriginalMessage().strip();
      int line = message.indexOf('\n');
      String first = line < 0 ? message : message.substring(0, line);
      problems.add(
          new Problem(
              positions ? place(source, e.getLocation()) : source, "", "not YAML: " + first));
    } catch (IOException | RuntimeException e) {
      problems.add(new Problem(source, "", "not YAML: " + e.getMessage()));
    }
    return new Scalar(null, source);
  }

  private Tree value(String at) throws IOException {
    if (parser.getTypeId() != null) {
      refuse("the tag " + parser.getTypeId() + " is not allowed; a value has its key's type");
    }
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      refuse("anchors and aliases are not allowed; write the value out");
    }
    if (++depth > DEEPEST) {
      throw new IOException("nested more than " + DEEPEST + " levels deep");
    }
    JsonToken token = parser.currentToken();
    Tree tree =
        switch (token) {
          case START_OBJECT -> mapping(at);
          case START_ARRAY -> sequence(at);
          case VALUE_NULL -> new Scalar(null, at);
          default -> new Scalar(parser.getText(), at);
        };
    depth--;
    return tree;
  }

  private Mapping mapping(String at) throws IOException {
    Map<String, Tree> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String keyAt = at();
      parser.nextToken();
      Tree previous = entries.put(key, value(keyAt));
      if (previous != null) {
        problems.add(new Problem(keyAt, key, "is given twice, first at " + previous.at()));
      }
    }
    return new Mapping(entries, at);
  }

  private Sequence sequence(String at) throws IOException {
    List<Tree> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(at()));
    }
    return new Sequence(items, at);
  }

  private void refuse(String message) {
    problems.add(new Problem(at(), "", message));
  }

  private String at() {
    return positions ? place(source, parser.currentTokenLocation()) : source;
  }

  private static String place(String source, JsonLocation location) {
    return location == null
        ? source
        : source + ":" + location.getLineNr() + ":" + location.getColumnNr();
  }
}
