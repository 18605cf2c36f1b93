/**
 * From a data set to batches in a reproducible order: {@link io.kitbag.augment.Pipeline} describes
 * it, {@link io.kitbag.augment.EpochBatches} runs it on worker threads, {@link
 * io.kitbag.augment.ImageBatch} is what a step consumes.
 *
 * <p>Pixels are uint8 0-255, RGB, NCHW, in direct buffers that rotate through a pool; the device
 * converts and normalises them. Whoever takes a batch closes it.
 */
package io.kitbag.augment;
