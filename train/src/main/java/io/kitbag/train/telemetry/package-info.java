/**
 * What a run leaves behind and shows on the way: its directory, its provenance, the metrics as JSON
 * lines and as Micrometer meters, and the progress on the terminal.
 *
 * <p>{@link io.kitbag.train.telemetry.RunDirectory} names the files. Nothing here waits for a
 * device: callers pass numbers they already have. Unless a type says otherwise it is used by one
 * thread.
 */
package io.kitbag.train.telemetry;
