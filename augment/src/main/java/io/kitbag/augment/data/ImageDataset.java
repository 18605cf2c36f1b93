package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.util.Arrays;
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

  /**
   * Reads the file of an image as it is stored, without decoding it.
   *
   * @param target receives the bytes
   * @return false if there is no file that decodes to what {@link #read} gives, as for drawn and
   *     raw pictures; the target is then undefined
   * @throws CorruptImageException if the file cannot be read; the target is then undefined
   */
  default boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    return false;
  }

  /**
   * Returns how many images lie in each of the large files that hold them, one file after another.
   * Images that can be read in any order equally well are one file.
   */
  default int[] shardSizes() {
    return new int[] {size()};
  }

  /** Returns the labels of all images in a new array; reads no image. */
  default int[] labels() {
    int[] labels = new int[size()];
    Arrays.setAll(labels, this::label);
    return labels;
  }

  /** Returns what was found beside the images and is not used, each with the reason. */
  default List<String> passedOver() {
    return List.of();
  }

  /** Returns how many images each class has, by label; reads no image. */
  default int[] classCounts() {
    int[] counts = new int[classes().size()];
    for (int i = 0; i < size(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }
}
