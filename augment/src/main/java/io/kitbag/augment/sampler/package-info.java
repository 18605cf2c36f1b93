/**
 * Which images an epoch shows, and in which order. Start with {@link
 * io.kitbag.augment.sampler.Sampler}.
 *
 * <p>Every order is a pure function of what the sampler was made with and the epoch, so that an
 * epoch can be entered in the middle. Everything here is immutable and thread-safe.
 */
package io.kitbag.augment.sampler;
