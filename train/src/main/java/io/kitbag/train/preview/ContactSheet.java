package io.kitbag.train.preview;

import io.kitbag.train.preview.AugmentPreview.Cell;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures in rows and columns, with lines of text below each. */
final class ContactSheet {
  private static final int LEAST_SIDE = 112;
  private static final int GAP = 10;
  private static final int LINE = 14;
  private static final int CAPTION = 2 * LINE + 4;
  private static final int FONT_SIZE = 11;
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(40, 40, 40);

  private final int scale;
  private final int side;

  /**
   * A sheet of pictures that fit a square; small ones are enlarged by a whole number.
   *
   * @param imageSize side of the square in pixels of the pictures
   */
  ContactSheet(int imageSize) {
    scale = Math.max(1, (LEAST_SIDE + imageSize - 1) / imageSize);
    side = imageSize * scale;
  }

  /**
   * Draws the columns, each of the same number of cells, under their headers. Without any font on
   * the machine, text is left out.
   */
  BufferedImage draw(List<String> headers, Cell[][] columns) {
    int rows = columns[0].length;
    int top = GAP + LINE + 4;
    BufferedImage sheet =
        new BufferedImage(
            GAP + columns.length * (side + GAP),
            top + rows * (side + CAPTION + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setColor(PAPER);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      for (int column = 0; column < columns.length; column++) {
        int x = GAP + column * (side + GAP);
        text(graphics, headers.get(column), x, top - 6, true);
        for (int row = 0; row < rows; row++) {
          draw(graphics, columns[column][row], x, top + row * (side + CAPTION + GAP));
        }
      }
    } finally {
      graphics.dispose();
    }
    return sheet;
  }

  private void draw(Graphics2D graphics, Cell cell, int x, int y) {
    BufferedImage picture = cell.picture();
    double fit = (double) side / Math.max(picture.getWidth(), picture.getHeight());
    int width = (int) Math.max(1, Math.rint(picture.getWidth() * fit));
    int height = (int) Math.max(1, Math.rint(picture.getHeight() * fit));
    // Enlarged pixels stay squares, so that one sees what the network sees.
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        fit >= 1
            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
            : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(
        picture, x + (side - width) / 2, y + (side - height) / 2, width, height, null);
    for (int line = 0; line < cell.caption().size(); line++) {
      text(graphics, cell.caption().get(line), x, y + side + LINE * (line + 1), false);
    }
  }

  private void text(Graphics2D graphics, String text, int x, int baseline, boolean bold) {
    if (!Fonts.AVAILABLE) {
      return;
    }
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, FONT_SIZE));
    graphics.setColor(INK);
    FontMetrics metrics = graphics.getFontMetrics();
    String shown = text;
    while (metrics.stringWidth(shown) > side && shown.length() > 2) {
      shown = shown.substring(0, shown.length() - 2) + "…";
    }
    graphics.drawString(shown, x, baseline);
  }
}
