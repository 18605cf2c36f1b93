package io.kitbag.train.preview;

import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.Subset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.mix.MixedLabels;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Images of a data set beside what the recipe's pipeline makes of them in several epochs. The
 * pixels are those of the pipeline itself, mixing included; its draws are those of a run over these
 * images alone.
 */
public final class AugmentPreview {

  /** A picture and the lines below it. */
  record Cell(BufferedImage picture, List<String> caption) {}

  private final Recipe recipe;
  private final ImageDataset images;
  private final int variants;

  private AugmentPreview(Recipe recipe, ImageDataset images, int variants) {
    this.recipe = recipe;
    this.images = images;
    this.variants = variants;
  }

  /**
   * Chooses the images: the first of every class, then the second, and so on.
   *
   * @param rows number of images, at most; at least 1
   * @param variants epochs shown beside each image, at least 1
   */
  public static AugmentPreview of(Recipe recipe, ImageDataset images, int rows, int variants) {
    return new AugmentPreview(recipe, firstOfEachClass(images, rows), variants);
  }

  /**
   * Draws the picture: a row per image, first the image as it is.
   *
   * @throws io.kitbag.augment.data.DatasetException if the pipeline cannot be applied to the images
   */
  public BufferedImage draw() {
    List<String> headers = new ArrayList<>(List.of("image"));
    for (int epoch = 0; epoch < variants; epoch++) {
      headers.add("epoch " + (epoch + 1));
    }
    return new ContactSheet(recipe.augment().imageSize()).draw(headers, cells());
  }

  /** Returns the columns: the images themselves, then an epoch each. */
  Cell[][] cells() {
    Cell[][] columns = new Cell[1 + variants][];
    columns[0] = originals();
    Pipeline pipeline =
        Pipelines.training(recipe, images).batchSize(images.size()).workers(1).build();
    for (int epoch = 0; epoch < variants; epoch++) {
      columns[1 + epoch] = variants(pipeline, epoch);
    }
    return columns;
  }

  /** Returns how many images the picture shows. */
  public int rows() {
    return images.size();
  }

  private Cell[] originals() {
    Cell[] cells = new Cell[images.size()];
    PixelImage image = new PixelImage();
    for (int i = 0; i < images.size(); i++) {
      try {
        images.read(i, image);
        BufferedImage picture =
            new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
          for (int x = 0; x < image.width(); x++) {
            picture.setRGB(x, y, rgb(image.get(x, y, 0), image.get(x, y, 1), image.get(x, y, 2)));
          }
        }
        cells[i] = new Cell(picture, List.of(name(images.label(i)), size(picture)));
      } catch (CorruptImageException e) {
        cells[i] = blank("corrupt");
      }
    }
    return cells;
  }

  private Cell[] variants(Pipeline pipeline, int epoch) {
    Cell[] cells = new Cell[images.size()];
    Arrays.fill(cells, blank(""));
    try (EpochBatches batches = pipeline.epoch(epoch);
        ImageBatch batch = batches.next()) {
      for (int i = 0; i < batch.size(); i++) {
        cells[batch.indices()[i]] = new Cell(picture(batch, i), caption(batch, i));
      }
    }
    return cells;
  }

  private static BufferedImage picture(ImageBatch batch, int number) {
    int width = batch.width();
    int plane = batch.height() * width;
    ByteBuffer pixels = batch.pixelsNCHW();
    BufferedImage picture = new BufferedImage(width, batch.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < plane; i++) {
      int at = number * 3 * plane + i;
      picture.setRGB(
          i % width,
          i / width,
          rgb(
              pixels.get(at) & 0xff,
              pixels.get(at + plane) & 0xff,
              pixels.get(at + 2 * plane) & 0xff));
    }
    return picture;
  }

  private List<String> caption(ImageBatch batch, int number) {
    if (batch.mixedLabels().isEmpty()) {
      return List.of(name(batch.labels()[number]));
    }
    MixedLabels mixed = batch.mixedLabels().get();
    float lambda = mixed.lambda()[number];
    return lambda == 1
        ? List.of(name(mixed.own()[number]))
        : List.of(share(lambda, mixed.own()[number]), share(1 - lambda, mixed.other()[number]));
  }

  private String share(float share, int label) {
    return String.format(Locale.ROOT, "%.2f %s", share, name(label));
  }

  private String name(int label) {
    return images.classes().get(label);
  }

  private static String size(BufferedImage picture) {
    return picture.getWidth() + " x " + picture.getHeight();
  }

  private static Cell blank(String caption) {
    return new Cell(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), List.of(caption));
  }

  private static int rgb(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }

  /** The first image of every class, then the second ones, and so on. */
  static ImageDataset firstOfEachClass(ImageDataset images, int most) {
    int count = Math.min(most, images.size());
    List<List<Integer>> byClass = new ArrayList<>();
    images.classes().forEach(name -> byClass.add(new ArrayList<>()));
    for (int i = 0; i < images.size(); i++) {
      List<Integer> seen = byClass.get(images.label(i));
      if (seen.size() < count) {
        seen.add(i);
      }
    }
    int[] chosen = new int[count];
    int done = 0;
    for (int turn = 0; done < count; turn++) {
      for (List<Integer> ofClass : byClass) {
        if (turn < ofClass.size() && done < count) {
          chosen[done++] = ofClass.get(turn);
        }
      }
    }
    return Subset.of(images, chosen);
  }
}
