package io.kitbag.augment.transform;

import io.kitbag.augment.image.Interpolation;
import io.kitbag.augment.image.Rgb;

/**
 * How shears, shifts and turns read between pixels and what they show where the image ends.
 *
 * @param interpolation between pixels
 * @param fill beyond the edges
 */
public record Warp(Interpolation interpolation, Rgb fill) {
  /** Returns what torchvision's training script takes: bilinear on black. */
  public static Warp torchvision() {
    return new Warp(Interpolation.BILINEAR, Rgb.BLACK);
  }

  /** Returns timm's: bicubic, which is its default filter, on ImageNet's mean colour. */
  public static Warp timm() {
    return new Warp(Interpolation.BICUBIC, new Rgb(124, 116, 104));
  }
}
