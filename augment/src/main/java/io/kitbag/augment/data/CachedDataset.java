package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps the decoded pixels of another data set in memory, up to a budget of bytes.
 *
 * <p>For small images that are read every epoch: CIFAR's 50,000 JPEGs need 160 MB and are decoded
 * once. An image is kept when it is first read and the budget still has room for it; nothing is
 * evicted, because an epoch reads every image once and any eviction would only trade one for
 * another. Corrupt images are not remembered.
 *
 * <p>Thread-safe; reads of kept images take no lock.
 */
public final class CachedDataset extends ForwardingDataset {
  /** What one kept image costs beside its pixels: array, record and reference, rounded up. */
  private static final int OVERHEAD_BYTES = 64;

  private final AtomicReferenceArray<Pixels> kept;
  private final AtomicLong budgetLeft;
  private final long budget;

  private record Pixels(int width, int height, byte[] rgb) {}

  private CachedDataset(ImageDataset source, long budgetBytes) {
    super(source);
    this.kept = new AtomicReferenceArray<>(source.size());
    this.budget = budgetBytes;
    this.budgetLeft = new AtomicLong(budgetBytes);
  }

  /**
   * Wraps a data set.
   *
   * @param budgetBytes the most bytes of heap to use, 0 or more
   */
  public static CachedDataset of(ImageDataset source, long budgetBytes) {
    if (budgetBytes < 0) {
      throw new IllegalArgumentException("budgetBytes=" + budgetBytes + " must not be negative");
    }
    return new CachedDataset(source, budgetBytes);
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    Pixels pixels = kept.get(index);
    if (pixels == null) {
      source.read(index, target);
      keep(index, target);
      return;
    }
    target.reshape(pixels.width, pixels.height);
    System.arraycopy(pixels.rgb, 0, target.pixels(), 0, pixels.rgb.length);
  }

  /** Returns how many bytes of the budget are in use. */
  public long usedBytes() {
    return budget - budgetLeft.get();
  }

  private void keep(int index, PixelImage image) {
    long cost = image.length() + OVERHEAD_BYTES;
    if (budgetLeft.get() < cost) {
      return;
    }
    if (budgetLeft.addAndGet(-cost) < 0) {
      budgetLeft.addAndGet(cost);
      return;
    }
    byte[] rgb = new byte[image.length()];
    System.arraycopy(image.pixels(), 0, rgb, 0, rgb.length);
    if (!kept.compareAndSet(index, null, new Pixels(image.width(), image.height(), rgb))) {
      budgetLeft.addAndGet(cost);
    }
  }
}
