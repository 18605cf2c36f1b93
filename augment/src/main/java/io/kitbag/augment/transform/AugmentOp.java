package io.kitbag.augment.transform;

import io.kitbag.augment.image.PillowAffine;
import io.kitbag.augment.image.PillowAffine.Matrix;
import io.kitbag.augment.image.PillowColor;
import io.kitbag.augment.image.PillowFilters;
import io.kitbag.augment.image.PillowTones;
import io.kitbag.augment.image.PixelImage;

/**
 * The operations from which the learnt and the random policies choose, with Pillow's results.
 *
 * <p>What the argument means is said at each; those without a remark have none.
 */
public enum AugmentOp {
  /** Nothing. */
  IDENTITY,
  /** Shear of the rows: pixels to the side per pixel down. */
  SHEAR_X,
  /** Shear of the columns: pixels up or down per pixel to the side. */
  SHEAR_Y,
  /** Shift to the right, in pixels. */
  TRANSLATE_X,
  /** Shift down, in pixels. */
  TRANSLATE_Y,
  /** Turn counterclockwise, in degrees. */
  ROTATE,
  /** Blend with black: 1 changes nothing. */
  BRIGHTNESS,
  /** Blend with the pixel's grey: 1 changes nothing. */
  COLOR,
  /** Blend with the image's mean grey: 1 changes nothing. */
  CONTRAST,
  /** Blend with the smoothed image: 1 changes nothing. */
  SHARPNESS,
  /** Bits that every value keeps, 0 to 8. */
  POSTERIZE,
  /** The least value that is inverted. */
  SOLARIZE,
  /** What is added to values below 128. */
  SOLARIZE_ADD,
  /** Every channel's values are stretched over 0-255. */
  AUTO_CONTRAST,
  /** Every channel's levels become about equally frequent. */
  EQUALIZE,
  /** The negative. */
  INVERT;

  /** Applies the operation. */
  public void apply(PixelImage image, double argument, Warp warp) {
    switch (this) {
      case IDENTITY -> {}
      case SHEAR_X -> warp(image, Matrix.shearX(argument), warp);
      case SHEAR_Y -> warp(image, Matrix.shearY(argument), warp);
      case TRANSLATE_X -> warp(image, Matrix.translate(argument, 0), warp);
      case TRANSLATE_Y -> warp(image, Matrix.translate(0, argument), warp);
      case ROTATE -> PillowAffine.rotate(image, argument, warp.interpolation(), warp.fill());
      case BRIGHTNESS -> PillowColor.brightness(image, (float) argument);
      case COLOR -> PillowColor.saturation(image, (float) argument);
      case CONTRAST -> PillowColor.contrast(image, (float) argument);
      case SHARPNESS -> PillowFilters.sharpness(image, (float) argument);
      case POSTERIZE -> PillowTones.posterize(image, (int) argument);
      case SOLARIZE -> PillowTones.solarize(image, argument);
      case SOLARIZE_ADD -> PillowTones.solarizeAdd(image, (int) argument);
      case AUTO_CONTRAST -> PillowTones.autoContrast(image);
      case EQUALIZE -> PillowTones.equalize(image);
      case INVERT -> PillowTones.invert(image);
    }
  }

  private static void warp(PixelImage image, Matrix map, Warp warp) {
    PillowAffine.apply(image, map, warp.interpolation(), warp.fill());
  }
}
