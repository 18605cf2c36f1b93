package io.kitbag.train.preview;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** Whether text can be drawn: the JDK brings no fonts, and small container images have none. */
public final class Fonts {
  /** Whether there is a font. */
  public static final boolean AVAILABLE = probe();

  private Fonts() {}

  private static boolean probe() {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
      return font.getStringBounds("x", new FontRenderContext(null, true, true)).getWidth() > 0;
    } catch (RuntimeException | LinkageError | InternalError e) {
      // What is thrown depends on the JDK and on which of library, configuration and fonts is
      // missing.
      return false;
    }
  }
}
