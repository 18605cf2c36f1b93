package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;

/** An operation and its argument, as a policy has drawn them. */
record OpStep(AugmentOp op, double argument) {
  void apply(PixelImage image, Warp warp) {
    op.apply(image, argument, warp);
  }
}
