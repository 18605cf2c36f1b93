package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedDatasetTest {
  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void readsTheSourceOnceAndReturnsItsPixels() throws CorruptImageException {
    CachedDataset cached = CachedDataset.of(counting(), 1 << 20);
    PixelImage image = new PixelImage();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10; i++) {
        cached.read(i, image);
        assertThat(ReferenceImages.bytes(image))
            .isEqualTo(ReferenceImages.bytes(ReferenceImages.pattern(i + 1, 5)));
        // What the consumer does to its image must not reach the cache.
        image.pixels()[0]++;
      }
    }
    assertThat(reads).hasValue(10);
  }

  @Test
  void staysWithinItsBudget() throws CorruptImageException {
    CachedDataset cached = CachedDataset.of(counting(), 500);
    PixelImage image = new PixelImage();
    for (int round = 0; round < 2; round++) {
      for (int i = 9; i >= 0; i--) {
        cached.read(i, image);
      }
    }
    assertThat(cached.usedBytes()).isBetween(300L, 500L);
    assertThat(reads.get()).isBetween(11, 19);
  }

  private ImageDataset counting() {
    return new ImageDataset() {
      @Override
      public int size() {
        return 10;
      }

      @Override
      public List<String> classes() {
        return List.of("only");
      }

      @Override
      public int label(int index) {
        return 0;
      }

      @Override
      public String name(int index) {
        return "image " + index;
      }

      @Override
      public void read(int index, PixelImage target) {
        reads.incrementAndGet();
        target.copyFrom(ReferenceImages.pattern(index + 1, 5));
      }
    };
  }
}
