package io.kitbag.augment;

/**
 * An image that could not be read, or that a transform would make too large.
 *
 * @param index its index in the data set
 * @param name its file, or file and record
 * @param reason what is wrong with it
 */
public record CorruptImage(int index, String name, String reason) {}
