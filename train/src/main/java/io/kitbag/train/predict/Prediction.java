package io.kitbag.train.predict;

import java.nio.file.Path;
import java.util.List;

/**
 * What a network sees in an image.
 *
 * @param file the image
 * @param ranking the likeliest classes, likeliest first, at least one
 */
public record Prediction(Path file, List<Ranked> ranking) {

  public Prediction {
    ranking = List.copyOf(ranking);
  }

  /** The likeliest class. */
  public Ranked best() {
    return ranking.get(0);
  }
}
