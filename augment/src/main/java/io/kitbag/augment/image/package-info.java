/**
 * 8-bit RGB images in reusable storage, decoding, and Pillow's resize and colour operations.
 *
 * <p>{@link io.kitbag.augment.image.PixelImage} is one worker's mutable image. What carries
 * Pillow's name equals Pillow bit for bit; the tests hold its stored pixels against it.
 */
package io.kitbag.augment.image;
