package io.kitbag.augment.pack;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.transform.Resize;
import java.util.Arrays;

/**
 * Makes the packed JPEG of one image after another. Not thread-safe.
 *
 * <p>A baseline JPEG that is small enough keeps its bytes, as coding it again would only lose;
 * everything else is decoded, resized as torchvision's {@code Resize} does, and encoded.
 */
final class ImagePacker {
  private final ImageDataset images;
  private final int shortSide;
  private final Resize resize;
  private final JpegEncoder encoder;
  private final PixelImage pixels = new PixelImage();
  private final EncodedImage file = new EncodedImage();

  /** A finished image. */
  record Packed(byte[] jpeg, int width, int height) {}

  ImagePacker(ImageDataset images, PackSettings settings) {
    this.images = images;
    this.shortSide = settings.shortSide();
    this.resize = new Resize(shortSide);
    this.encoder = new JpegEncoder(settings.quality());
  }

  Packed pack(int index) throws CorruptImageException {
    images.read(index, pixels);
    if (Math.min(pixels.width(), pixels.height()) > shortSide) {
      resize.apply(pixels, Draws.keyed(0, 0, 0, 0));
    } else if (images.readEncoded(index, file)
        && JpegHeader.isPlainBaseline(file.bytes(), file.length())) {
      byte[] same = Arrays.copyOf(file.bytes(), file.length());
      return new Packed(same, pixels.width(), pixels.height());
    }
    return new Packed(encoder.encode(pixels), pixels.width(), pixels.height());
  }
}
