package io.kitbag.optim;

import io.kitbag.models.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learning rates that shrink from the head towards the image, for fine-tuning: layer i of n learns
 * at {@code decay^(n - 1 - i)} times the rate of its group (Clark et al., arXiv 2003.10555; timm's
 * {@code --layer-decay}).
 *
 * <p>A layer is a residual or similar block, {@code layer1.0} or {@code features.3}, or what stands
 * outside of blocks: the stem, the head. Normalisation on its own belongs to the layer before it.
 */
public final class LayerDecay implements ParameterGroups {

  /** A first part, and a number if one follows: a block of a stage. */
  private static final Pattern BLOCK = Pattern.compile("([^.]+(?:\\.\\d+)?)\\..*");

  private final ParameterGroups base;
  private final Map<String, Double> factors;

  private LayerDecay(ParameterGroups base, Map<String, Double> factors) {
    this.base = base;
    this.factors = factors;
  }

  /**
   * Multiplies the learning rates of {@code base}.
   *
   * @param parameters all parameters of the network in its order; buffers among them are passed
   *     over
   * @param decay above 0 and at most 1; 0.65 to 0.9 are usual
   */
  public static LayerDecay over(List<TensorSpec> parameters, ParameterGroups base, double decay) {
    if (!(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException(
          "a layer decay of %s must be above 0 and at most 1".formatted(decay));
    }
    List<TensorSpec> trained =
        parameters.stream().filter(parameter -> parameter.role().trainable()).toList();
    Map<String, Integer> layers = layers(trained);
    int last = layers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    Map<String, Double> factors = new HashMap<>();
    layers.forEach((name, layer) -> factors.put(name, Math.pow(decay, last - layer)));
    return new LayerDecay(base, factors);
  }

  /** The index of each parameter's layer. */
  private static Map<String, Integer> layers(List<TensorSpec> parameters) {
    List<String> blocks = new ArrayList<>();
    Map<String, Integer> indexOfBlock = new HashMap<>();
    for (TensorSpec parameter : parameters) {
      String block = block(parameter.name());
      if (!indexOfBlock.containsKey(block)) {
        boolean isNorm = !parameter.role().isWeightMatrix() && !blocks.isEmpty();
        if (!isNorm) {
          blocks.add(block);
        }
        indexOfBlock.put(block, blocks.isEmpty() ? 0 : blocks.size() - 1);
      }
    }
    Map<String, Integer> layers = new HashMap<>();
    parameters.forEach(
        parameter -> layers.put(parameter.name(), indexOfBlock.get(block(parameter.name()))));
    return layers;
  }

  private static String block(String name) {
    Matcher block = BLOCK.matcher(name);
    // A deep stem is one layer, whose convolutions are conv1.0, conv1.3 and conv1.6.
    String found = block.matches() ? block.group(1) : name;
    return found.replaceFirst("^conv1\\.\\d+$", "conv1");
  }

  @Override
  public ParameterGroup groupOf(TensorSpec parameter) {
    ParameterGroup group = base.groupOf(parameter);
    Double factor = factors.get(parameter.name());
    if (factor == null) {
      throw new IllegalArgumentException(
          "%s is not among the parameters that this decay was made for"
              .formatted(parameter.name()));
    }
    return group.withLearningRateFactor(group.learningRateFactor() * factor);
  }
}
