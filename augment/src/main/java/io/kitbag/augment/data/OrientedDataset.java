package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ExifOrientation;
import io.kitbag.augment.image.PixelImage;

/**
 * The photographs of another data set the way up that EXIF says.
 *
 * <p>By default nothing is turned, as in Pillow, torchvision and timm; OpenCV and phones turn.
 * Thread-safe.
 */
public final class OrientedDataset extends ForwardingDataset {
  private final DecoderPool decoders = new DecoderPool();

  private OrientedDataset(ImageDataset source) {
    super(source);
  }

  /** Wraps a data set. */
  public static OrientedDataset of(ImageDataset source) {
    return new OrientedDataset(source);
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    if (!decoders.readUpright(file -> source.readEncoded(index, file), name(index), target)) {
      source.read(index, target);
    }
  }

  /** False also for a file that is to be turned, as its bytes would decode to something else. */
  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    return source.readEncoded(index, target)
        && ExifOrientation.of(target.bytes(), target.length()) == ExifOrientation.NORMAL;
  }
}
