/**
 * The saved state of a run, from which it goes on as if it had never stopped.
 *
 * <p>{@link io.kitbag.train.checkpoint.CheckpointStore} keeps the checkpoints of one run directory;
 * {@link io.kitbag.train.checkpoint.Checkpoint} is what one file holds. A file is safetensors: any
 * reader of that format finds the network's weights in it under their own names. All state is on
 * the host; nothing here knows an engine.
 */
package io.kitbag.train.checkpoint;
