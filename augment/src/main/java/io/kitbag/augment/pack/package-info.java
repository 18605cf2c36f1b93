/**
 * Writes a data set as tar files of small JPEGs, from which it can be trained on faster. Start with
 * {@link io.kitbag.augment.pack.Packer}.
 */
package io.kitbag.augment.pack;
