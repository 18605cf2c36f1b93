package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ExifOrientation;
import io.kitbag.augment.image.PixelImage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The photographs of another data set the way up that EXIF says.
 *
 * <p>By default nothing is turned, as in Pillow, torchvision and timm; OpenCV and phones turn.
 * Thread-safe.
 */
public final class OrientedDataset implements ImageDataset {
  private final ImageDataset source;
  private final Queue<EncodedImage> files = new ConcurrentLinkedQueue<>();

  private OrientedDataset(ImageDataset source) {
    this.source = source;
  }

  /** Wraps a data set. */
  public static OrientedDataset of(ImageDataset source) {
    return new OrientedDataset(source);
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public int label(int index) {
    return source.label(index);
  }

  @Override
  public String name(int index) {
    return source.name(index);
  }

  @Override
  public int[] classCounts() {
    return source.classCounts();
  }

  @Override
  public int[] shardSizes() {
    return source.shardSizes();
  }

  @Override
  public List<String> passedOver() {
    return source.passedOver();
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    EncodedImage free = files.poll();
    EncodedImage file = free == null ? new EncodedImage() : free;
    try {
      source.read(index, target);
      if (source.readEncoded(index, file)) {
        ExifOrientation.of(file.bytes(), file.length()).apply(target);
      }
    } finally {
      files.add(file);
    }
  }

  /** False also for a file that is to be turned, as its bytes would decode to something else. */
  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    return source.readEncoded(index, target)
        && ExifOrientation.of(target.bytes(), target.length()) == ExifOrientation.NORMAL;
  }
}
