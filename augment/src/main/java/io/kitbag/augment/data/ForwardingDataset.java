package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.util.List;

/** The images of another data set, where a subclass does not say otherwise. */
abstract class ForwardingDataset implements ImageDataset {
  final ImageDataset source;

  ForwardingDataset(ImageDataset source) {
    this.source = source;
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
  public void read(int index, PixelImage target) throws CorruptImageException {
    source.read(index, target);
  }

  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    return source.readEncoded(index, target);
  }

  @Override
  public int[] shardSizes() {
    return source.shardSizes();
  }

  @Override
  public List<String> passedOver() {
    return source.passedOver();
  }
}
