package io.kitbag.augment.mix;

/**
 * How much of an image stays its own, and where the rest goes.
 *
 * @param weight the image's own share in 65536ths; pixels and label are mixed by the same rounded
 *     number
 * @param top first row of the partner's box; the box is empty in a blend
 * @param bottom first row after it
 * @param left first column of it
 * @param right first column after it
 */
public record MixPart(int weight, int top, int bottom, int left, int right) {
  static final int ONE = 1 << 16;

  /** The image as it is. */
  public static final MixPart WHOLE = new MixPart(ONE, 0, 0, 0, 0);

  static MixPart blend(double lambda) {
    return new MixPart((int) Math.rint(lambda * ONE), 0, 0, 0, 0);
  }

  /** Clips the box to the image; λ is the share outside. */
  static MixPart box(int height, int width, int top, int bottom, int left, int right) {
    int t = Math.max(0, top);
    int l = Math.max(0, left);
    int b = Math.max(t, Math.min(height, bottom));
    int r = Math.max(l, Math.min(width, right));
    double area = (double) (b - t) * (r - l);
    if (area == 0) {
      return WHOLE;
    }
    return new MixPart((int) Math.rint(ONE * (1 - area / height / width)), t, b, l, r);
  }

  /** Returns the image's own share λ, 0 to 1. */
  public float lambda() {
    return (float) weight / ONE;
  }

  /** Tells whether a box of the partner is pasted: CutMix. */
  public boolean hasBox() {
    return bottom > top;
  }

  /** Tells whether nothing is mixed. */
  public boolean isWhole() {
    return weight == ONE && !hasBox();
  }

  /**
   * Mixes an image with its partner.
   *
   * @param own planes of the image, one after another
   * @param other planes of the partner
   * @param out receives the mixture
   */
  void apply(byte[] own, byte[] other, byte[] out, int height, int width) {
    int length = 3 * height * width;
    if (!hasBox()) {
      for (int i = 0; i < length; i++) {
        out[i] =
            (byte)
                (((own[i] & 0xff) * weight + (other[i] & 0xff) * (ONE - weight) + ONE / 2) >> 16);
      }
      return;
    }
    System.arraycopy(own, 0, out, 0, length);
    for (int plane = 0; plane < 3; plane++) {
      for (int y = top; y < bottom; y++) {
        int at = (plane * height + y) * width + left;
        System.arraycopy(other, at, out, at, right - left);
      }
    }
  }
}
