/**
 * Labelled images by index: folders, tables, tar files, CIFAR's and MNIST's files, and pictures
 * drawn by the program. Start with {@link io.kitbag.augment.data.DataSplit}.
 *
 * <p>What is wrong with a whole data set is a {@link io.kitbag.augment.data.DatasetException} when
 * it is opened; what is wrong with one image is a {@link
 * io.kitbag.augment.image.CorruptImageException} when it is read.
 */
package io.kitbag.augment.data;
