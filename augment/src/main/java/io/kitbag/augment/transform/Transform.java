package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One step between the decoded image and the batch.
 *
 * <p>A transform changes the image in place and draws from nothing but the generator it is given,
 * so the result is a function of image and generator. It keeps no state: workers share it.
 */
@FunctionalInterface
public interface Transform {
  /**
   * Applies the step to one image.
   *
   * @param image the image to change; it may get another size
   * @param random where every random decision comes from
   */
  void apply(PixelImage image, RandomGenerator random);

  /**
   * Applies one of several steps, and the one behind it too where a resize and its centre crop are
   * cheaper together: what is cut off is then not made, which of a long, narrow image is nearly
   * all.
   *
   * @param at which step
   * @return the next one to apply
   */
  static int applyAt(List<Transform> steps, int at, PixelImage image, RandomGenerator random) {
    if (at + 1 < steps.size()
        && steps.get(at) instanceof Resize resize
        && steps.get(at + 1) instanceof CenterCrop crop
        && crop.size() <= resize.shortSide()) {
      resize.applyAndCrop(crop, image);
      return at + 2;
    }
    steps.get(at).apply(image, random);
    return at + 1;
  }

  /**
   * Returns the name under which the pipeline draws this step's random numbers. Steps of different
   * names draw independently, so that adding one leaves the draws of the others as they were; equal
   * names are told apart by their order.
   */
  default String purpose() {
    // The names of lambda classes differ from run to run.
    return getClass().isHidden() ? "transform" : getClass().getSimpleName();
  }
}
