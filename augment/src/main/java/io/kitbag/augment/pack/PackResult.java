package io.kitbag.augment.pack;

/**
 * What was packed.
 *
 * @param images in all files
 * @param leftOut images that cannot be read
 * @param shards tar files
 * @param reused tar files that an earlier, interrupted run had finished
 * @param bytes of the tar files
 */
public record PackResult(long images, int leftOut, int shards, int reused, long bytes) {
  PackResult plus(PackResult other) {
    return new PackResult(
        images + other.images,
        leftOut + other.leftOut,
        shards + other.shards,
        reused + other.reused,
        bytes + other.bytes);
  }
}
