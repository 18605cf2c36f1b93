/**
 * Mixing the images of a batch in pairs, and their labels with them: {@link
 * io.kitbag.augment.mix.Mix} says how, {@link io.kitbag.augment.mix.MixedLabels} is what remains of
 * the labels.
 */
package io.kitbag.augment.mix;
