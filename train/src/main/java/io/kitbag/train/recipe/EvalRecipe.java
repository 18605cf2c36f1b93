package io.kitbag.train.recipe;

/**
 * When and how the test split is measured.
 *
 * @param everyEpochs epochs between two measurements; 0 measures only after the last
 * @param batchSize images at once, at least 1; alters speed and memory only
 * @param imageSize height and width of the crop in pixels, at least 8; 0 is the training size.
 *     Larger than in training is better where crops are random-resized (FixRes, arXiv 1906.06423)
 * @param cropRatio share of the resized image's side that the centre crop keeps, in (0, 1]; the
 *     paper's 256 to 224 is 0.875
 * @param flip whether an image is seen twice, as it is and mirrored, and the logits are averaged:
 *     airbench's and FFCV's test-time augmentation; doubles the cost
 * @param shift pixels by which an image is seen moved up and left, and moved down and right, its
 *     border mirrored, besides as it is: a quarter of the logits each (airbench's second level of
 *     test-time augmentation moves by 1); 0 is off, else it trebles the cost
 */
public record EvalRecipe(
    int everyEpochs, int batchSize, int imageSize, double cropRatio, boolean flip, int shift) {

  /** Checks the ranges. */
  public EvalRecipe {
    new Check()
        .atLeast(0, "everyEpochs", everyEpochs)
        .atLeast(1, "batchSize", batchSize)
        .that(
            imageSize == 0 || imageSize >= 8,
            "imageSize",
            imageSize,
            "must be 0 (as in training) or at least 8")
        .that(
            cropRatio > 0 && cropRatio <= 1,
            "cropRatio",
            cropRatio,
            "must be above 0 and at most 1")
        .atLeast(0, "shift", shift)
        .done();
  }

  /** The height and width of what the network sees in evaluation and prediction. */
  public int imageSize(AugmentRecipe training) {
    return imageSize == 0 ? training.imageSize() : imageSize;
  }

  /** The shorter side after resizing, in pixels: ceil(size / ratio), as GluonCV rounds it. */
  public int resize(int imageSize) {
    return (int) Math.ceil(imageSize / cropRatio);
  }
}
