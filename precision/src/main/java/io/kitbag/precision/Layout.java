package io.kitbag.precision;

/** How a batch of feature maps lies in memory; shapes are N × C × H × W either way. */
public enum Layout {
  /** Each channel is a contiguous plane. */
  NCHW,
  /**
   * The channels of one pixel are neighbours (NHWC in memory), which Tensor Cores and oneDNN like.
   */
  CHANNELS_LAST
}
