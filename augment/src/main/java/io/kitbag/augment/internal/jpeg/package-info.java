/**
 * A JPEG decoder in Java that decodes only what a crop needs.
 *
 * <p>{@link io.kitbag.augment.internal.jpeg.JpegDecoder} reads baseline, extended and progressive
 * files with 8-bit samples, Huffman coding and one or three components. It gives the component
 * planes at their own resolution ({@link io.kitbag.augment.internal.jpeg.JpegPlane}) or RGB. Planes
 * and RGB equal those of libjpeg-turbo bit for bit.
 *
 * <p>Decoders keep their scratch memory between images: one per thread.
 */
package io.kitbag.augment.internal.jpeg;
