package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.util.Arrays;

/**
 * Some images of another data set, under its classes.
 *
 * <p>Thread-safe.
 */
public final class Subset extends ForwardingDataset {
  private final int[] indices;

  private Subset(ImageDataset source, int[] indices) {
    super(source);
    this.indices = indices;
  }

  /**
   * Makes a data set of the images with these indices, in their order.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public static Subset of(ImageDataset source, int[] indices) {
    int size = source.size();
    for (int index : indices) {
      if (index < 0 || index >= size) {
        throw new IndexOutOfBoundsException(index + " is not in 0 … " + (size - 1));
      }
    }
    return new Subset(source, indices.clone());
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public int label(int index) {
    return source.label(indices[index]);
  }

  @Override
  public String name(int index) {
    return source.name(indices[index]);
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    source.read(indices[index], target);
  }

  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    return source.readEncoded(indices[index], target);
  }

  /** The part of the source's shards; one shard if the indices do not ascend. */
  @Override
  public int[] shardSizes() {
    int[] whole = source.shardSizes();
    int[] part = new int[whole.length];
    int shard = 0;
    int end = whole.length == 0 ? 0 : whole[0];
    for (int i = 0; i < indices.length; i++) {
      if (i > 0 && indices[i] <= indices[i - 1]) {
        return new int[] {indices.length};
      }
      while (indices[i] >= end) {
        end += whole[++shard];
      }
      part[shard]++;
    }
    return Arrays.stream(part).filter(size -> size > 0).toArray();
  }
}
