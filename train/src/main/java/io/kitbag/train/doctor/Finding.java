package io.kitbag.train.doctor;

/**
 * One thing that was found.
 *
 * @param level how much it matters
 * @param topic a word or two, such as {@code loss scale}
 * @param text what is so, with figures
 * @param change the recipe line that would change it, or why none is needed
 */
public record Finding(Level level, String topic, String text, String change) {

  /** How much a finding matters. */
  public enum Level {
    /** Numbers are lost or wrong. */
    WARNING,
    /** Time or memory is lost. */
    ADVICE,
    /** As it should be. */
    GOOD
  }
}
