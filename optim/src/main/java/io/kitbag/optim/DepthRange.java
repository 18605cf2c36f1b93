package io.kitbag.optim;

/**
 * Layers between two depths, both included.
 *
 * <p>The depth of a parameter is the number of convolutions and linear layers before its own,
 * counted in the order of the network: 0 for the first. Normalisation and biases have the depth of
 * the weight before them. Negative depths count from the end: −1 is the last layer.
 *
 * @param first not after {@code last}, if both count from the same end
 * @param last the last depth of the range
 */
public record DepthRange(int first, int last) {

  public DepthRange {
    if (first >= 0 == last >= 0 && first > last) {
      throw new IllegalArgumentException(
          "depth [%d, %d] is empty; write the smaller one first".formatted(first, last));
    }
  }

  /** Whether a depth of a network with {@code layers} layers is in the range. */
  public boolean holds(int depth, int layers) {
    return depth >= fromStart(first, layers) && depth <= fromStart(last, layers);
  }

  private static int fromStart(int depth, int layers) {
    return depth < 0 ? layers + depth : depth;
  }
}
