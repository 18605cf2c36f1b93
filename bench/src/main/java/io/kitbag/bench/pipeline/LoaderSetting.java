package io.kitbag.bench.pipeline;

/**
 * What a contender's process works on.
 *
 * @param contender who it is
 * @param photos the folder with a folder of JPEGs
 * @param shards the folder with tar files of them
 * @param packed the folder with what {@code kitbag pack} made of them
 * @param size side of the crops in pixels
 * @param batch images in a batch
 * @param seed of the random changes
 */
record LoaderSetting(
    Contender contender,
    String photos,
    String shards,
    String packed,
    int size,
    int batch,
    long seed) {

  static LoaderSetting of(Contender contender, Photos photos, int size, int batch, long seed) {
    return new LoaderSetting(
        contender,
        photos.train().toString(),
        photos.shards().toString(),
        photos.packed().toString(),
        size,
        batch,
        seed);
  }
}
