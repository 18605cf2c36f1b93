package io.kitbag.augment.pack;

/**
 * How images are packed.
 *
 * @param shortSide the most pixels of the short side; smaller images are not enlarged. 256 is what
 *     evaluation at 224 px resizes to (arXiv 1812.01187 section 2.1)
 * @param quality of the JPEGs, 1-100 on libjpeg's scale; 90 is FFCV's
 * @param shardSize the most images in a tar file; 10,000 are img2dataset's
 * @param workers threads that decode, resize and encode; they do not change the files
 */
public record PackSettings(int shortSide, int quality, int shardSize, int workers) {
  /** Checks the ranges. */
  public PackSettings {
    atLeastOne("shortSide", shortSide);
    atLeastOne("quality", quality);
    atLeastOne("shardSize", shardSize);
    atLeastOne("workers", workers);
    if (quality > 100) {
      throw new IllegalArgumentException("quality=" + quality + " must be at most 100");
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be at least 1");
    }
  }
}
