/**
 * The steps between decoding and batch, each a record whose factory methods carry the defaults and
 * their source (the paper, GluonCV, torchvision).
 *
 * <p>Transforms work in place on uint8 RGB 0-255 and draw only from the generator they are given;
 * they are immutable and shared by all workers.
 */
package io.kitbag.augment.transform;
