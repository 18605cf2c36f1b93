package io.kitbag.augment;

import io.kitbag.augment.data.CachedDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.FusedColor;
import io.kitbag.augment.internal.jpeg.FusedResize;
import io.kitbag.augment.internal.jpeg.JpegDecoder;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.Transform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JPEG and does the first transforms on the way, with one worker's own scratch memory.
 *
 * <p>Random decisions are drawn from the generators that the transforms would get, so the crop, the
 * flip and the colours are the same whichever way an image is made.
 */
final class FastPath {
  /** Below this a resized crop would lose what a smaller transform of blocks leaves away. */
  private static final double LEAST_SCALE = 1.5;

  private final Pipeline pipeline;
  private final FastPlan plan;
  private final List<Transform> transforms;
  private final EncodedImage file = new EncodedImage();
  private final JpegDecoder decoder = new JpegDecoder(ImageDecoder.DEFAULT_MAX_PIXELS);
  private final ImageDecoder others = new ImageDecoder();
  private final FusedResize resizer = new FusedResize();
  private final FusedColor color = new FusedColor();
  private final byte[] planes;

  private FastPath(Pipeline pipeline, FastPlan plan) {
    this.pipeline = pipeline;
    this.plan = plan;
    this.transforms = pipeline.transforms();
    this.planes = new byte[Math.multiplyExact(3, Math.multiplyExact(plan.size(), plan.size()))];
  }

  /** Returns the fast way of a pipeline's images, or null if its transforms have none. */
  static @Nullable FastPath of(Pipeline pipeline) {
    FastPlan plan = FastPlan.of(pipeline.transforms());
    // What is kept in memory is decoded already.
    return plan == null || pipeline.dataset() instanceof CachedDataset
        ? null
        : new FastPath(pipeline, plan);
  }

  /** What became of an image. */
  enum Outcome {
    /** Nothing, as there is no file: it must be read from the data set. */
    UNREAD,
    /** The first {@link #done()} transforms have been applied to the image given. */
    PIXELS,
    /** All transforms have been applied; the result is in {@link #planes()}. */
    PLANES
  }

  private int done;

  /** Returns how many transforms have been applied to the last image. */
  int done() {
    return done;
  }

  /** Returns the planes of red, green and blue of the last image, {@link #size()} squared each. */
  byte[] planes() {
    return planes;
  }

  int size() {
    return plan.size();
  }

  Outcome read(int epoch, int index, int repeat, PixelImage image) throws CorruptImageException {
    if (!pipeline.dataset().readEncoded(index, file)) {
      return Outcome.UNREAD;
    }
    String name = pipeline.dataset().name(index);
    if (!ImageDecoder.isJpeg(file.bytes(), file.length())
        || !decoder.open(file.bytes(), file.length(), name)) {
      others.decode(file.bytes(), file.length(), name, image);
      done = 0;
      return Outcome.PIXELS;
    }
    FusedResize.Source source =
        plan.source(decoder.width(), decoder.height(), pipeline.draws(0, epoch, index, repeat));
    if (source != null && pipeline.decode() == Decode.FAST && FusedResize.accepts(decoder)) {
      return fused(source, epoch, index, repeat, image);
    }
    if (source != null && plan.randomCrop() != null) {
      decoder.decodeRgb(source.x(), source.y(), source.width(), source.height(), image);
      image.resize(plan.size(), plan.size());
      done = plan.cropEnd();
    } else {
      decoder.decodeRgb(0, 0, decoder.width(), decoder.height(), image);
      done = 0;
    }
    return Outcome.PIXELS;
  }

  private Outcome fused(
      FusedResize.Source source, int epoch, int index, int repeat, PixelImage image)
      throws CorruptImageException {
    decoder.decodePlanes(source.x(), source.y(), source.width(), source.height(), shift(source));
    boolean mirrored =
        plan.flip() >= 0
            && ((HorizontalFlip) transforms.get(plan.flip()))
                .draw(pipeline.draws(plan.flip(), epoch, index, repeat));
    if (plan.jitter() >= 0) {
      color.clear(decoder.plane(0).mean(source.x(), source.y(), source.width(), source.height()));
      ((ColorJitter) transforms.get(plan.jitter()))
          .draw(pipeline.draws(plan.jitter(), epoch, index, repeat), color);
    } else {
      color.clear(0);
    }
    if (plan.lighting() >= 0) {
      color.add(
          ((PcaLighting) transforms.get(plan.lighting()))
              .draw(pipeline.draws(plan.lighting(), epoch, index, repeat)));
    }
    resizer.resize(decoder, source, plan.size(), plan.size(), mirrored, color, planes);
    done = plan.fusedEnd();
    if (done == transforms.size()) {
      return Outcome.PLANES;
    }
    interleave(image);
    return Outcome.PIXELS;
  }

  /** How often blocks may be halved before what is left is too small for the filter. */
  private int shift(FusedResize.Source source) {
    double shortSide = Math.min(source.right() - source.left(), source.bottom() - source.top());
    int shift = 0;
    while (shift < JpegDecoder.MAX_SHIFT && shortSide / (2 << shift) >= LEAST_SCALE * plan.size()) {
      shift++;
    }
    return shift;
  }

  private void interleave(PixelImage image) {
    image.reshape(plan.size(), plan.size());
    byte[] pixels = image.pixels();
    int plane = planes.length / 3;
    for (int i = 0, o = 0; i < plane; i++, o += 3) {
      pixels[o] = planes[i];
      pixels[o + 1] = planes[i + plane];
      pixels[o + 2] = planes[i + 2 * plane];
    }
  }
}
