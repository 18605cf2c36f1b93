package io.kitbag.bench.pipeline;

import io.kitbag.augment.transform.ColorJitter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to an image: decisions that were drawn, so that everyone can carry out the same.
 *
 * @param index which image
 * @param x left edge of the crop
 * @param y its upper edge
 * @param width its width
 * @param height its height
 * @param mirrored whether left and right change places
 * @param steps changes of colour, one after the other
 */
record Change(int index, int x, int y, int width, int height, boolean mirrored, List<Step> steps) {

  Change {
    steps = List.copyOf(steps);
  }

  /**
   * One change of colour.
   *
   * @param kind {@code brightness}, {@code contrast} or {@code saturation}
   * @param factor of the blend with black, the mean grey, or a pixel's own grey; 1 changes nothing
   */
  record Step(String kind, double factor) {}

  /** Notes the steps of a jitter. */
  static final class Steps implements ColorJitter.Steps {
    final List<Step> noted = new ArrayList<>();

    @Override
    public void brightness(double factor) {
      noted.add(new Step("brightness", factor));
    }

    @Override
    public void contrast(double factor) {
      noted.add(new Step("contrast", factor));
    }

    @Override
    public void saturation(double factor) {
      noted.add(new Step("saturation", factor));
    }

    @Override
    public void hueScale(double factor) {
      throw new UnsupportedOperationException("the bench changes no hue");
    }

    @Override
    public void hueShift(double turn) {
      throw new UnsupportedOperationException("the bench changes no hue");
    }
  }
}
