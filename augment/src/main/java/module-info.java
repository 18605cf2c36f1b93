/**
 * What a network is fed: data sets, decoding, augmentation, and batches in a reproducible order.
 *
 * <p>Start with {@link io.kitbag.augment.Pipeline} and {@link io.kitbag.augment.data.DataSplit}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.augment {
  requires transitive ai.djl.api;
  requires java.desktop;
  requires com.google.gson;
  requires org.apache.commons.compress;
  requires org.apache.commons.csv;
  requires static org.jspecify;

  exports io.kitbag.augment;
  exports io.kitbag.augment.data;
  exports io.kitbag.augment.image;
  exports io.kitbag.augment.mix;
  exports io.kitbag.augment.pack;
  exports io.kitbag.augment.random;
  exports io.kitbag.augment.sampler;
  exports io.kitbag.augment.transform;
}
