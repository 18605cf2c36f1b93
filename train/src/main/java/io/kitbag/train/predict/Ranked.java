package io.kitbag.train.predict;

/**
 * A class and how likely it is.
 *
 * @param className name of the class
 * @param index its index among the network's outputs
 * @param probability softmax of the logits, 0 to 1
 */
public record Ranked(String className, int index, double probability) {}
