package io.kitbag.augment.image;

/** How {@link PillowAffine} reads the image between its pixels. */
public enum Interpolation {
  /** The pixel that is hit. */
  NEAREST,
  /** Linear between the four around. */
  BILINEAR,
  /** Cubic through the sixteen around, with the factor −1. */
  BICUBIC
}
