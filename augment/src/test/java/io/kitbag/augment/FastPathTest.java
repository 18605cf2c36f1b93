package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.GoldenJpegs;
import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.Resize;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastPathTest {
  @TempDir Path folder;

  private ImageDataset data;

  /** JPEGs of every kind that the decoder knows, and a PNG that takes the other way. */
  @BeforeEach
  void write() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (GoldenJpegs.Jpeg jpeg : GoldenJpegs.all()) {
      if (jpeg.name().contains("61x47") || jpeg.name().contains("200x150")) {
        Files.write(photos.resolve(jpeg.name() + ".jpg"), jpeg.bytes());
      }
    }
    TestData.writePng(photos.resolve("drawn.png"), 40, 30);
    data = TestData.folder(folder);
  }

  private PipelineBuilder training(Decode decode, int workers) {
    return Pipeline.of(data)
        .then(RandomResizedCrop.torchvision(24).withArea(0.5, 1))
        .batchSize(4)
        .seed(5)
        .shuffle(true)
        .workers(workers)
        .decode(decode);
  }

  private PipelineBuilder coloured(Decode decode, int workers) {
    return training(decode, workers)
        .then(HorizontalFlip.half())
        .then(ColorJitter.gluonCv(0.2))
        .then(PcaLighting.paper());
  }

  private static List<ByteBuffer> pixels(Pipeline pipeline) {
    List<ByteBuffer> all = new ArrayList<>();
    try (EpochBatches batches = pipeline.epoch(1)) {
      while (batches.hasNext()) {
        try (ImageBatch batch = batches.next()) {
          ByteBuffer copy = ByteBuffer.allocate(batch.pixelsNCHW().remaining());
          all.add(copy.put(batch.pixelsNCHW()).flip());
        }
      }
    }
    return all;
  }

  @Test
  void anyNumberOfWorkersGivesTheSameBytes() {
    List<ByteBuffer> one = pixels(coloured(Decode.FAST, 1).build());
    assertThat(pixels(coloured(Decode.FAST, 2).build())).isEqualTo(one);
    assertThat(pixels(coloured(Decode.FAST, 7).build())).isEqualTo(one);
  }

  @Test
  void theExactWayGivesThePixelsOfTheTransformsOneByOne() throws CorruptImageException {
    Pipeline pipeline = coloured(Decode.EXACT, 1).build();
    PixelImage image = new PixelImage();
    int[] order = pipeline.order(1);
    List<ByteBuffer> batches = pixels(pipeline);
    for (int i = 0; i < order.length; i++) {
      data.read(order[i], image);
      pipeline.transform(image, 1, order[i]);
      ByteBuffer batch = batches.get(i / 4);
      int plane = 24 * 24;
      for (int p = 0; p < plane; p++) {
        for (int c = 0; c < 3; c++) {
          int actual = batch.get((i % 4 * 3 + c) * plane + p) & 0xff;
          assertThat(actual)
              .as("%s pixel %d", data.name(order[i]), p)
              .isEqualTo(image.get(p % 24, p / 24, c));
        }
      }
    }
  }

  /** Another crop, a flip that differs, or another colour would be off by far more than this. */
  @Test
  void theFastWayMakesTheSameDecisions() {
    double random = difference(coloured(Decode.FAST, 1).build(), coloured(Decode.EXACT, 1).build());
    assertThat(random).isLessThan(5);
    double other =
        difference(coloured(Decode.FAST, 1).build(), coloured(Decode.EXACT, 1).seed(6).build());
    assertThat(other).isGreaterThan(4 * random);
    double middle = difference(centred(Decode.FAST), centred(Decode.EXACT));
    assertThat(middle).isLessThan(4);
  }

  @Test
  void transformsThatItDoesNotKnowComeAfterwards() {
    Pipeline fast =
        training(Decode.FAST, 1)
            .then(ColorJitter.torchvision(0, 0, 0, 0.1))
            .then(new Resize(16))
            .build();
    Pipeline exact =
        training(Decode.EXACT, 1)
            .then(ColorJitter.torchvision(0, 0, 0, 0.1))
            .then(new Resize(16))
            .build();
    assertThat(difference(fast, exact)).isLessThan(6);
  }

  private Pipeline centred(Decode decode) {
    return Pipeline.of(data)
        .then(new Resize(28))
        .then(new CenterCrop(24))
        .batchSize(4)
        .decode(decode)
        .build();
  }

  private static double difference(Pipeline one, Pipeline other) {
    List<ByteBuffer> a = pixels(one);
    List<ByteBuffer> b = pixels(other);
    double sum = 0;
    long count = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int k = 0; k < a.get(i).limit(); k++, count++) {
        sum += Math.abs((a.get(i).get(k) & 0xff) - (b.get(i).get(k) & 0xff));
      }
    }
    return sum / count;
  }

  @Test
  void anImageCostsNoMoreThanFourKibibytesOfHeap() throws CorruptImageException {
    FastPath path = FastPath.of(coloured(Decode.FAST, 1).build());
    PixelImage image = new PixelImage();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long start = 0;
    int timed = 20;
    for (int round = 0; round < 2 * timed; round++) {
      if (round == timed) {
        start = threads.getThreadAllocatedBytes(thread);
      }
      for (int i = 0; i < data.size(); i++) {
        path.read(round % 3, i, 0, image);
      }
    }
    long each = (threads.getThreadAllocatedBytes(thread) - start) / ((long) timed * data.size());
    assertThat(each).isLessThanOrEqualTo(4096);
  }
}
