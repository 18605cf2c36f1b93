package io.kitbag.models.internal.torchfile;

/** What is wrong with a file. The message names neither the file nor what to do. */
public final class Malformed extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_CHARACTERS = 80;

  Malformed(String problem) {
    super(problem);
  }

  /** Foreign text, made fit for a message. */
  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
