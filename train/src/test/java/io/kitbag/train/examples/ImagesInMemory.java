package io.kitbag.train.examples;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import java.util.List;

/**
 * JPEG, PNG, BMP or GIF files that are somewhere else than in a folder, such as in a database.
 *
 * @param classes names; a label is an index into them
 */
record ImagesInMemory(List<String> classes, List<Item> items) implements ImageDataset {

  /** One encoded image. */
  record Item(String id, byte[] file, int label) {}

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public int label(int index) {
    return items.get(index).label();
  }

  @Override
  public String name(int index) {
    return items.get(index).id();
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    Item item = items.get(index);
    // Workers read at the same time and a decoder is for one thread.
    new ImageDecoder().decode(item.file(), item.file().length, item.id(), target);
  }
}
