package io.kitbag.augment.image;

/** The cubic filter of {@link PillowAffine}. */
final class Bicubic {
  private Bicubic() {}

  static void apply(PixelImage image, PillowAffine.Matrix map, byte[] target) {
    int width = image.width();
    int height = image.height();
    for (int y = 0, out = 0; y < height; y++) {
      double centreY = y + 0.5;
      for (int x = 0; x < width; x++, out += 3) {
        double centreX = x + 0.5;
        double inX = map.a() * centreX + map.b() * centreY + map.c();
        double inY = map.d() * centreX + map.e() * centreY + map.f();
        if (inX >= 0 && inX < width && inY >= 0 && inY < height) {
          write(image, inX - 0.5, inY - 0.5, target, out);
        }
      }
    }
  }

  private static void write(PixelImage image, double inX, double inY, byte[] target, int out) {
    int width = image.width();
    byte[] pixels = image.pixels();
    int left = (int) Math.floor(inX);
    int top = (int) Math.floor(inY);
    double dx = inX - left;
    double dy = inY - top;
    int x0 = 3 * clip(left - 1, width);
    int x1 = 3 * clip(left, width);
    int x2 = 3 * clip(left + 1, width);
    int x3 = 3 * clip(left + 2, width);
    int row = 3 * width;
    int y0 = row * clip(top - 1, image.height());
    int y1 = row * clip(top, image.height());
    int y2 = row * clip(top + 1, image.height());
    int y3 = row * clip(top + 2, image.height());
    for (int c = 0; c < 3; c++) {
      double value =
          cubic(
              cubic(pixels, y0 + c, x0, x1, x2, x3, dx),
              cubic(pixels, y1 + c, x0, x1, x2, x3, dx),
              cubic(pixels, y2 + c, x0, x1, x2, x3, dx),
              cubic(pixels, y3 + c, x0, x1, x2, x3, dx),
              dy);
      target[out + c] = (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
    }
  }

  private static double cubic(byte[] pixels, int at, int x0, int x1, int x2, int x3, double t) {
    return cubic(
        pixels[at + x0] & 0xff,
        pixels[at + x1] & 0xff,
        pixels[at + x2] & 0xff,
        pixels[at + x3] & 0xff,
        t);
  }

  /** The order of the operations is Pillow's, so that the last bit agrees. */
  private static double cubic(double v0, double v1, double v2, double v3, double t) {
    double p1 = -v0 + v2;
    double p2 = 2 * (v0 - v1) + v2 - v3;
    double p3 = -v0 + v1 - v2 + v3;
    return v1 + t * (p1 + t * (p2 + t * p3));
  }

  private static int clip(int position, int size) {
    return Math.max(0, Math.min(size - 1, position));
  }
}
