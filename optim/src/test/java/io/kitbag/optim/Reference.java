package io.kitbag.optim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Arrays that {@code src/test/python/reference.py} computed with PyTorch 2.0.1. */
public final class Reference {

  private static final String FILE = "reference.txt";

  private Reference() {}

  /** The array of a key; each line of the file is a key and its values. */
  public static float[] floats(String key) {
    return floats(FILE, key);
  }

  /** The same from another script's file. */
  public static float[] floats(String name, String key) {
    try (var file = Reference.class.getResourceAsStream(name)) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      String[] words =
          text.lines()
              .map(line -> line.split(" "))
              .filter(line -> line[0].equals(key))
              .findFirst()
              .orElseThrow(() -> new AssertionError(name + " has no " + key));
      float[] values = new float[words.length - 1];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(words[i + 1]);
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
