package io.kitbag.train.loop;

/**
 * How well a network does on a set of images.
 *
 * @param top1 share of images whose class has the highest logit, 0 to 1
 * @param top5 share of images whose class is among the five highest
 * @param loss mean cross-entropy without label smoothing
 * @param images number of images
 */
public record EvalResult(double top1, double top5, double loss, long images) {}
