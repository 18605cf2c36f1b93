package io.kitbag.augment;

import io.kitbag.augment.internal.jpeg.FusedResize;
import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.Rectangle;
import io.kitbag.augment.transform.Resize;
import io.kitbag.augment.transform.Transform;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which transforms at the beginning of a pipeline can be done while a JPEG is decoded.
 *
 * @param randomCrop the first transform, if it is this one
 * @param resize the first transform, if it is this one and {@code centerCrop} the second
 * @param cropEnd the number of transforms that cut and resize
 * @param flip where the flip is, or -1
 * @param jitter where the jitter is, or -1
 * @param lighting where the lighting is, or -1
 * @param fusedEnd the number of transforms that are done in one go
 * @param size side of the square that comes out
 */
record FastPlan(
    @Nullable RandomResizedCrop randomCrop,
    @Nullable Resize resize,
    @Nullable CenterCrop centerCrop,
    int cropEnd,
    int flip,
    int jitter,
    int lighting,
    int fusedEnd,
    int size) {

  /** Half the width of the filter for enlarging chroma of a quarter of the resolution. */
  private static final int MARGIN = 4;

  /** Returns the plan for these transforms, or null if they do not begin with a known crop. */
  static @Nullable FastPlan of(List<Transform> transforms) {
    RandomResizedCrop randomCrop = at(transforms, 0, RandomResizedCrop.class);
    Resize resize = at(transforms, 0, Resize.class);
    CenterCrop centerCrop = at(transforms, 1, CenterCrop.class);
    int size;
    int end;
    if (randomCrop != null) {
      size = randomCrop.size();
      end = 1;
    } else if (resize != null && centerCrop != null) {
      size = centerCrop.size();
      end = 2;
    } else {
      return null;
    }
    int cropEnd = end;
    int flip = at(transforms, end, HorizontalFlip.class) == null ? -1 : end++;
    ColorJitter colour = at(transforms, end, ColorJitter.class);
    int jitter = colour == null || colour.changesHue() ? -1 : end++;
    int lighting = at(transforms, end, PcaLighting.class) == null ? -1 : end++;
    return new FastPlan(randomCrop, resize, centerCrop, cropEnd, flip, jitter, lighting, end, size);
  }

  /**
   * Returns the part of an image of this size that is taken, or null if it is too small for the
   * centre crop.
   */
  FusedResize.@Nullable Source source(int width, int height, RandomGenerator random) {
    if (randomCrop != null) {
      Rectangle cut = randomCrop.draw(width, height, random);
      return FusedResize.Source.of(cut.x(), cut.y(), cut.width(), cut.height());
    }
    int newWidth = resize.newWidth(width, height);
    int newHeight = resize.newWidth(height, width);
    int x = centerCrop.offset(newWidth);
    int y = centerCrop.offset(newHeight);
    if (newWidth < size || newHeight < size) {
      return null;
    }
    double across = (double) width / newWidth;
    double down = (double) height / newHeight;
    double left = x * across;
    double top = y * down;
    double right = (x + size) * across;
    double bottom = (y + size) * down;
    // As far as the filter sees: half its width beyond the part.
    double marginAcross = across + MARGIN;
    double marginDown = down + MARGIN;
    int fromX = (int) Math.max(0, Math.floor(left - marginAcross));
    int fromY = (int) Math.max(0, Math.floor(top - marginDown));
    int toX = (int) Math.min(width, Math.ceil(right + marginAcross));
    int toY = (int) Math.min(height, Math.ceil(bottom + marginDown));
    return new FusedResize.Source(
        left,
        top,
        Math.min(right, toX),
        Math.min(bottom, toY),
        fromX,
        fromY,
        toX - fromX,
        toY - fromY);
  }

  private static <T extends Transform> @Nullable T at(
      List<Transform> transforms, int index, Class<T> type) {
    return index < transforms.size() && type.isInstance(transforms.get(index))
        ? type.cast(transforms.get(index))
        : null;
  }
}
