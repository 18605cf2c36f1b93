package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A data set that needs no files: 32×32 pictures of ten figures, drawn when they are read.
 *
 * <p>A picture is a pure function of (seed, split, index). The figure's place, size, angle,
 * proportions and colours are random, and so are the waved ground, clutter in front of and behind
 * the figure, and noise; figures may be darker or lighter than the ground. A linear classifier
 * therefore learns next to nothing, while a small convolutional network learns the figures. The
 * classes are equally frequent: the label of index i is i mod 10.
 *
 * <p>Thread-safe.
 */
public final class BuiltIn implements ImageDataset {
  /** Number of training pictures of {@link #train(long)}. */
  public static final int TRAIN_SIZE = 10_000;

  /** Number of test pictures of {@link #test(long)}. */
  public static final int TEST_SIZE = 2_000;

  private static final List<String> CLASSES =
      Arrays.stream(Figure.values()).map(Figure::label).toList();

  private final String split;
  private final long seed;
  private final int size;
  private final long purpose;
  private final Queue<FigurePainter> painters = new ConcurrentLinkedQueue<>();

  private BuiltIn(String split, long seed, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size=" + size + " must be at least 1");
    }
    this.split = split;
    this.seed = seed;
    this.size = size;
    this.purpose = Draws.purpose("built-in " + split);
  }

  /** Returns the {@value #TRAIN_SIZE} training pictures of a seed. */
  public static BuiltIn train(long seed) {
    return train(seed, TRAIN_SIZE);
  }

  /** Returns the first {@code size} training pictures of a seed. */
  public static BuiltIn train(long seed, int size) {
    return new BuiltIn("train", seed, size);
  }

  /** Returns the {@value #TEST_SIZE} test pictures of a seed. */
  public static BuiltIn test(long seed) {
    return test(seed, TEST_SIZE);
  }

  /** Returns the first {@code size} test pictures of a seed; none is a training picture. */
  public static BuiltIn test(long seed, int size) {
    return new BuiltIn("test", seed, size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int label(int index) {
    return index % CLASSES.size();
  }

  @Override
  public String name(int index) {
    return "built-in/" + split + "/" + seed + "#" + index;
  }

  @Override
  public void read(int index, PixelImage target) {
    FigurePainter painter = painters.poll();
    if (painter == null) {
      painter = new FigurePainter();
    }
    Figure figure = Figure.values()[label(index)];
    painter.paint(figure, Draws.keyed(seed, purpose, 0, index), target);
    painters.add(painter);
  }
}
