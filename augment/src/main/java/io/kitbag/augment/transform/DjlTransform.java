package io.kitbag.augment.transform;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link Transform} as one of DJL's, for the pipelines of plain DJL programs.
 *
 * <p>The n-th image it is given gets the n-th draws of its seed: the same results again only if the
 * images come in the same order, so from one thread. {@link io.kitbag.augment.Pipeline} has no such
 * limit. Thread-safe otherwise.
 */
public final class DjlTransform implements ai.djl.translate.Transform {
  private final Transform transform;
  private final long seed;
  private final long purpose;
  private final AtomicLong images = new AtomicLong();

  private DjlTransform(Transform transform, long seed) {
    this.transform = transform;
    this.seed = seed;
    this.purpose = Draws.purpose("transform " + transform.purpose());
  }

  /**
   * Wraps a transform.
   *
   * @param seed of its random draws
   */
  public static DjlTransform of(Transform transform, long seed) {
    return new DjlTransform(transform, seed);
  }

  /**
   * Applies the transform.
   *
   * @param imageHwc RGB of any type with values 0-255, height × width × 3, as DJL's images give it;
   *     put this before {@code ToTensor}
   * @return a new array of the same type, attached to the same manager
   * @throws IllegalArgumentException if the shape is another
   */
  @Override
  public NDArray transform(NDArray imageHwc) {
    Shape shape = imageHwc.getShape();
    if (shape.dimension() != 3 || shape.get(2) != 3) {
      throw new IllegalArgumentException(
          "an image of shape "
              + shape
              + " is not height x width x 3; put this transform before ToTensor");
    }
    PixelImage image = new PixelImage();
    image.reshape(Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(0)));
    try (NDArray levels = imageHwc.toType(DataType.UINT8, true)) {
      levels.toByteBuffer().get(image.pixels(), 0, image.length());
    }
    transform.apply(image, Draws.keyed(seed, purpose, 0, images.getAndIncrement()));
    Shape result = new Shape(image.height(), image.width(), 3);
    ByteBuffer pixels = ByteBuffer.wrap(image.pixels(), 0, image.length());
    NDArray levels = imageHwc.getManager().create(pixels, result, DataType.UINT8);
    if (imageHwc.getDataType() == DataType.UINT8) {
      return levels;
    }
    try (levels) {
      return levels.toType(imageHwc.getDataType(), true);
    }
  }
}
