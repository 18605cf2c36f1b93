package io.kitbag.augment.pack;

import io.kitbag.augment.CorruptImage;

/** Hears how far packing is; called by the thread that packs. */
public interface PackListener {
  /** So many images of the whole are done, those of files that were there already included. */
  void advance(long done);

  /** An image cannot be read and is left out. */
  void leftOut(CorruptImage image);
}
