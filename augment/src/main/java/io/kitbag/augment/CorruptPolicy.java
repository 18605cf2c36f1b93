package io.kitbag.augment;

/** What happens when an image of a batch cannot be read, or is too large for a transform. */
public enum CorruptPolicy {
  /** The batch comes without it; the image is listed in {@link Pipeline#corruptImages()}. */
  SKIP,
  /** The epoch ends with a {@link io.kitbag.augment.data.DatasetException}. */
  FAIL
}
