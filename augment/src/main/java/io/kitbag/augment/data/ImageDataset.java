package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.util.List;

/**
 * Labelled images that can be read in any order.
 *
 * <p>Images are numbered 0 … {@link #size()} − 1, labels 0 … {@code classes().size()} − 1. What an
 * index stands for never changes. Implementations are thread-safe.
 */
public interface ImageDataset {
  /** Returns the number of images. */
  int size();

  /** Returns the names of the classes; a label is an index into it. */
  List<String> classes();

  /** Returns the label of an image. */
  int label(int index);

  /** Returns how messages name an image: its file, or file and record. */
  String name(int index);

  /**
   * Reads an image.
   *
   * @param target receives shape and pixels
   * @throws CorruptImageException if the image cannot be read or decoded; the target is then
   *     undefined
   */
  void read(int index, PixelImage target) throws CorruptImageException;

  /** Returns how many images each class has, by label; reads no image. */
  default int[] classCounts() {
    int[] counts = new int[classes().size()];
    for (int i = 0; i < size(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }
}
