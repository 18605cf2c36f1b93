package io.kitbag.bench.pipeline;

import io.kitbag.augment.Pipeline;
import io.kitbag.augment.PipelineBuilder;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.Rectangle;
import io.kitbag.augment.transform.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What every contender does to an image: torchvision's random crop, half of them mirrored,
 * GluonCV's jitter of brightness, contrast and saturation.
 */
final class Work {
  static final double JITTER = 0.4;

  private Work() {}

  static RandomResizedCrop crop(int size) {
    return RandomResizedCrop.torchvision(size);
  }

  static HorizontalFlip flip() {
    return HorizontalFlip.half();
  }

  static ColorJitter jitter() {
    return ColorJitter.gluonCv(JITTER);
  }

  static PipelineBuilder pipeline(ImageDataset data, int size) {
    return Pipeline.of(data).then(crop(size)).then(flip()).then(jitter());
  }

  /** What is right: changes, and the pixels that Pillow makes of them. */
  record Reference(List<Change> changes, byte[] pixelsNchw) {}

  /**
   * Does the work of the first images of epoch 0, step by step on whole images.
   *
   * @param seed that of a pipeline that makes the same decisions
   */
  static Reference reference(ImageDataset data, int count, int size, long seed)
      throws CorruptImageException {
    Noting noting = new Noting(size);
    Pipeline deciding =
        Pipeline.of(data)
            .then(noting.as("RandomResizedCrop", noting::crop))
            .then(noting.as("HorizontalFlip", noting::flip))
            .then(noting.as("ColorJitter", noting::jitter))
            .seed(seed)
            .build();
    Pipeline doing = pipeline(data, size).seed(seed).build();
    List<Change> changes = new ArrayList<>();
    PixelImage image = new PixelImage();
    byte[] pixels = new byte[Math.multiplyExact(count, 3 * size * size)];
    for (int i = 0; i < count; i++) {
      data.read(i, image);
      deciding.transform(image, 0, i);
      changes.add(noting.change(i));
      doing.transform(image, 0, i);
      planes(image, pixels, i * image.length());
    }
    return new Reference(changes, pixels);
  }

  private static void planes(PixelImage image, byte[] target, int at) {
    int plane = image.width() * image.height();
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        target[at + c * plane + i] = image.pixels()[3 * i + c];
      }
    }
  }

  /** Transforms that draw what those of the same name draw, and leave the image alone. */
  private static final class Noting {
    private final int size;
    private Rectangle rectangle = new Rectangle(0, 0, 1, 1);
    private boolean mirrored;
    private Change.Steps steps = new Change.Steps();

    Noting(int size) {
      this.size = size;
    }

    Transform as(String name, Transform transform) {
      return new Transform() {
        @Override
        public void apply(PixelImage image, RandomGenerator random) {
          transform.apply(image, random);
        }

        @Override
        public String purpose() {
          return name;
        }
      };
    }

    void crop(PixelImage image, RandomGenerator random) {
      rectangle = Work.crop(size).draw(image.width(), image.height(), random);
    }

    void flip(PixelImage image, RandomGenerator random) {
      mirrored = Work.flip().draw(random);
    }

    void jitter(PixelImage image, RandomGenerator random) {
      steps = new Change.Steps();
      Work.jitter().draw(random, steps);
    }

    Change change(int index) {
      return new Change(
          index,
          rectangle.x(),
          rectangle.y(),
          rectangle.width(),
          rectangle.height(),
          mirrored,
          steps.noted);
    }
  }
}
