package io.kitbag.augment.image;

/**
 * A colour, or a deviation per channel, on the scale 0-255.
 *
 * @param red of the red channel
 * @param green of the green channel
 * @param blue of the blue channel
 */
public record Rgb(double red, double green, double blue) {
  /** Black. */
  public static final Rgb BLACK = new Rgb(0, 0, 0);

  /** ImageNet's mean colour (arXiv 1812.01187 section 2.1). */
  public static final Rgb IMAGENET_MEAN = new Rgb(123.68, 116.779, 103.939);

  /** ImageNet's standard deviation per channel (arXiv 1812.01187 section 2.1). */
  public static final Rgb IMAGENET_STD = new Rgb(58.393, 57.12, 57.375);

  /** Returns channel 0 red, 1 green or 2 blue. */
  public double channel(int channel) {
    return channel == 0 ? red : channel == 1 ? green : blue;
  }

  /** Returns a channel rounded to the nearest of 0-255, as the byte of a pixel. */
  public byte level(int channel) {
    return (byte) (int) Math.max(0, Math.min(255, Math.rint(channel(channel))));
  }
}
