package io.kitbag.micro;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.FusedColor;
import io.kitbag.augment.internal.jpeg.FusedResize;
import io.kitbag.augment.internal.jpeg.JpegDecoder;
import io.kitbag.bench.child.TemporaryFolder;
import io.kitbag.bench.pipeline.Photos;
import java.io.IOException;
import java.nio.file.Files;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Decoding and resizing of one painted photo of 500×333, quality 90, and of a crop of 300×260. */
public class Jpeg extends MeanTime {
  private static final int WIDTH = 500;
  private static final int HEIGHT = 333;
  private static final int SIZE = 224;
  private static final FusedResize.Source CROP = FusedResize.Source.of(101, 53, 300, 260);

  private final JpegDecoder decoder = new JpegDecoder(ImageDecoder.DEFAULT_MAX_PIXELS);
  private final JpegDecoder decoded = new JpegDecoder(ImageDecoder.DEFAULT_MAX_PIXELS);
  private final FusedResize fused = new FusedResize();
  private final FusedColor unchanged = new FusedColor();
  private final byte[] planes = new byte[3 * SIZE * SIZE];
  private final PixelImage whole = new PixelImage();
  private final PixelImage target = new PixelImage();
  private byte[] file = new byte[0];

  /** Makes the photo. */
  @Setup(Level.Trial)
  public void paint() throws IOException, CorruptImageException {
    try (TemporaryFolder folder = TemporaryFolder.create("kitbag-micro")) {
      Photos.painted(folder.path(), 1, 0);
      file = Files.readAllBytes(folder.path().resolve("train/photo/000000.jpg"));
    }
    new ImageDecoder().decode(file, file.length, "photo", whole);
    open(decoded);
    decoded.decodePlanes(CROP.x(), CROP.y(), CROP.width(), CROP.height(), 0);
    unchanged.clear(0);
  }

  private void open(JpegDecoder which) throws CorruptImageException {
    if (!which.open(file, file.length, "photo")) {
      throw new IllegalStateException("the photo is a kind of JPEG that only the JDK reads");
    }
  }

  /** The crop's luma and chroma, as the fast way decodes them. */
  @Benchmark
  public Object decodeRegion() throws CorruptImageException {
    open(decoder);
    decoder.decodePlanes(CROP.x(), CROP.y(), CROP.width(), CROP.height(), 0);
    return decoder.plane(0);
  }

  /** All of the photo as RGB, the pixels of Pillow. */
  @Benchmark
  public Object decodeExact() throws CorruptImageException {
    open(decoder);
    decoder.decodeRgb(0, 0, WIDTH, HEIGHT, target);
    return target;
  }

  /** From luma and chroma of the crop to 224×224 planes of RGB. */
  @Benchmark
  public Object resizeFused() {
    fused.resize(decoded, CROP, SIZE, SIZE, false, unchanged, planes);
    return planes;
  }

  /** From RGB of the photo to a crop of 224×224, the pixels of Pillow; copies the photo first. */
  @Benchmark
  public Object resizeExact() {
    target.copyFrom(whole);
    target.cropAndResize(CROP.x(), CROP.y(), CROP.width(), CROP.height(), SIZE, SIZE);
    return target;
  }
}
