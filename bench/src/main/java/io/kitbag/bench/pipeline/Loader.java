package io.kitbag.bench.pipeline;

import java.io.IOException;
import java.util.List;

/** A contender that runs in Java. Not thread-safe. */
interface Loader extends AutoCloseable {
  /** Opens a contender. */
  static Loader open(LoaderSetting setting) {
    return switch (setting.contender()) {
      case KITBAG_FAST, KITBAG_EXACT, KITBAG_SHARDS, KITBAG_PACKED -> new KitbagLoader(setting);
      case IMAGEIO -> new ImageIoLoader(setting);
      case TORCHVISION, OPENCV, OPENCV_AREA, WEBDATASET, DALI, FFCV ->
          throw new IllegalArgumentException(setting.contender().label() + " runs in Python");
    };
  }

  /** Says what runs. */
  String versions();

  /** Makes batches of so many images, each as often as the others. */
  void load(int workers, int images);

  /**
   * Loads once more with one worker and counts.
   *
   * @return bytes of heap for an image, in steady state, all threads together
   */
  long allocation(int images);

  /** Returns the pixels of changed images: planes of red, green and blue for each. */
  byte[] sample(List<Change> changes) throws IOException;

  @Override
  void close();
}
