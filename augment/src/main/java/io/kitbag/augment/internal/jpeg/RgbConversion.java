package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.image.PixelImage;

/**
 * Brings the components of a frame to full size and converts them to RGB as libjpeg does.
 *
 * <p>Chroma of half the width or height is interpolated with weights 3/4 and 1/4, rounding up and
 * down in turns ("fancy upsampling"); other ratios repeat samples. The colours are JFIF's, in
 * 16-bit fixed point.
 */
final class RgbConversion {
  private final int[][] lines = new int[3][0];
  private int[] near = new int[0];
  private int[] far = new int[0];

  /** Fills the image with the pixels from (x, y); they and their neighbours must be decoded. */
  void convert(Frame frame, int x, int y, PixelImage image) {
    int width = image.width();
    byte[] pixels = image.pixels();
    grow(width);
    int green = frame.componentCount == 1 ? 0 : 1;
    int blue = frame.componentCount == 1 ? 0 : 2;
    boolean colour = frame.componentCount == 3 && !frame.isRgb();
    for (int row = 0; row < image.height(); row++) {
      for (int i = 0; i < frame.componentCount; i++) {
        Component component = frame.components[i];
        upsample(
            component.plane,
            frame.mostAcross / component.across,
            frame.mostDown / component.down,
            x,
            y + row,
            width,
            lines[i]);
      }
      int at = 3 * row * width;
      if (colour) {
        toRgb(width, pixels, at);
      } else {
        for (int i = 0; i < width; i++, at += 3) {
          pixels[at] = (byte) lines[0][i];
          pixels[at + 1] = (byte) lines[green][i];
          pixels[at + 2] = (byte) lines[blue][i];
        }
      }
    }
  }

  private void grow(int width) {
    if (near.length < width + 4) {
      near = new int[width + 4];
      far = new int[width + 4];
      for (int i = 0; i < 3; i++) {
        lines[i] = new int[width];
      }
    }
  }

  private void upsample(
      JpegPlane plane, int across, int down, int x, int y, int width, int[] target) {
    if (across == 1 && down == 1) {
      plane.copyRow(x, y, width, target);
      return;
    }
    boolean fancyDown = down == 2 && (across == 1 || across == 2 && plane.width() > 2);
    boolean fancyAcross = across == 2 && down <= 2 && plane.width() > 2;
    int row = y / down;
    int margin = fancyAcross ? 1 : 0;
    int first = Math.max(0, x / across - margin);
    int end = Math.min(plane.width(), (x + width - 1) / across + 1 + margin);
    plane.copyRow(first, row, end - first, near);
    if (fancyDown) {
      int other = Math.max(0, Math.min(plane.height() - 1, y % 2 == 0 ? row - 1 : row + 1));
      plane.copyRow(first, other, end - first, far);
    }
    if (fancyDown && across == 1) {
      int round = y % 2 == 0 ? 1 : 2;
      int at = x - first;
      for (int i = 0; i < width; i++) {
        target[i] = (3 * near[at + i] + far[at + i] + round) >> 2;
      }
    } else if (fancyAcross) {
      int shift = 2;
      int roundLeft = 1;
      int roundRight = 2;
      if (fancyDown) {
        for (int i = 0; i < end - first; i++) {
          near[i] = 3 * near[i] + far[i];
        }
        shift = 4;
        roundLeft = 8;
        roundRight = 7;
      }
      for (int i = 0; i < width; i++) {
        int column = (x + i) >> 1;
        int at = column - first;
        if ((x + i) % 2 == 0) {
          int neighbour = column == 0 ? near[at] : near[at - 1];
          target[i] = (3 * near[at] + neighbour + roundLeft) >> shift;
        } else {
          int neighbour = column == plane.width() - 1 ? near[at] : near[at + 1];
          target[i] = (3 * near[at] + neighbour + roundRight) >> shift;
        }
      }
    } else {
      for (int i = 0; i < width; i++) {
        target[i] = near[(x + i) / across - first];
      }
    }
  }

  private void toRgb(int width, byte[] pixels, int at) {
    int[] luma = lines[0];
    int[] blues = lines[1];
    int[] reds = lines[2];
    int out = at;
    for (int i = 0; i < width; i++, out += 3) {
      int y = luma[i];
      int cb = blues[i] - 128;
      int cr = reds[i] - 128;
      pixels[out] = clamp(y + ((91881 * cr + 32768) >> 16));
      pixels[out + 1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
      pixels[out + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
    }
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
