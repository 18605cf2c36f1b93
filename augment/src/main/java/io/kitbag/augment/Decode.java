package io.kitbag.augment;

/** How a JPEG becomes the first crop of its pixels. */
public enum Decode {
  /**
   * Only the crop is decoded, and cut, resized, mirrored and coloured in one go from luma and
   * chroma at their own resolutions. A level or two from {@link #EXACT} in smooth places, more at
   * strong edges of colour; the random draws are the same. Applies where the transforms begin with
   * a {@link io.kitbag.augment.transform.RandomResizedCrop}, or a resize and centre crop, and the
   * images are not those of a {@link io.kitbag.augment.data.CachedDataset}; {@link #EXACT}
   * elsewhere.
   */
  FAST,
  /** The pixels of Pillow, step by step. */
  EXACT
}
