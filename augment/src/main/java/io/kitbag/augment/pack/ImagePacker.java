package io.kitbag.augment.pack;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.SeekPointMaker;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.transform.Resize;
import java.util.Arrays;

/**
 * Makes the packed JPEG of one image after another. Not thread-safe.
 *
 * <p>A baseline JPEG that is small enough is not coded again, which would only lose; everything
 * else is decoded, resized as torchvision's {@code Resize} does, and encoded. All get seek points.
 */
final class ImagePacker {
  private final ImageDataset images;
  private final int shortSide;
  private final Resize resize;
  private final JpegEncoder encoder;
  private final SeekPointMaker points = new SeekPointMaker(ImageDecoder.DEFAULT_MAX_PIXELS);
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
      return packed(index, Arrays.copyOf(file.bytes(), file.length()));
    }
    if (Math.max(pixels.width(), pixels.height()) > JpegEncoder.MAX_SIDE) {
      throw new CorruptImageException(
          images.name(index),
          ("%dx%d pixels are more than the %d that a JPEG's side may have; cut it into parts or"
                  + " remove it")
              .formatted(pixels.width(), pixels.height(), JpegEncoder.MAX_SIDE));
    }
    return packed(index, encoder.encode(pixels));
  }

  private Packed packed(int index, byte[] jpeg) throws CorruptImageException {
    byte[] finished = points.withPoints(jpeg, jpeg.length, images.name(index)).orElse(jpeg);
    return new Packed(finished, pixels.width(), pixels.height());
  }
}
