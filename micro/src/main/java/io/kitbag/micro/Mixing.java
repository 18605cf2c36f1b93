package io.kitbag.micro;

import io.kitbag.augment.mix.BatchMixer;
import io.kitbag.augment.mix.Mix;
import io.kitbag.augment.random.Draws;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Mixing a batch of 32 images of 224×224, with another λ and another box at each call. */
public class Mixing extends MeanTime {
  private static final int IMAGES = 32;
  private static final int SIZE = 224;
  private static final long PURPOSE = Draws.purpose("micro mixing");

  private final BatchMixer mixer = new BatchMixer();
  private final Mix mixup = Mix.mixup(0.2);
  private final Mix cutmix = Mix.cutmix(1);
  private final int[] labels = new int[IMAGES];
  private ByteBuffer pixelsNchw = ByteBuffer.allocate(0);
  private long batch;

  /** Makes the batch. */
  @Setup(Level.Trial)
  public void fill() {
    byte[] pixels = new byte[IMAGES * 3 * SIZE * SIZE];
    Draws random = Draws.keyed(0, PURPOSE, 0, 0);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    pixelsNchw = ByteBuffer.allocateDirect(pixels.length).put(0, pixels);
  }

  private Object mix(Mix how) {
    Draws random = Draws.keyed(0, PURPOSE, 1, batch++);
    return mixer.mix(how, pixelsNchw, labels, SIZE, SIZE, random);
  }

  /** λ from Beta(0.2, 0.2), of all pixels. */
  @Benchmark
  public Object mixup() {
    return mix(mixup);
  }

  /** Boxes of λ from Beta(1, 1). */
  @Benchmark
  public Object cutmix() {
    return mix(cutmix);
  }
}
