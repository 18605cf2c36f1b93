package io.kitbag.bench.optim;

import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network's parameters and one gradient for each, the same for the same seed.
 *
 * @param parameters those that are trained, in the network's order
 * @param weights their first values
 * @param gradients of either sign, from 0.002 to 0.01 in size: where one is nearly zero, programs
 *     that add Adam's ε at different places go different ways
 */
record OptimWork(
    List<TensorSpec> parameters, List<HostTensor> weights, List<HostTensor> gradients) {

  private static final double LEAST_GRADIENT = 0.002;
  private static final double MOST_GRADIENT = 0.01;
  private static final int CLASSES = 1000;

  /**
   * @throws IllegalArgumentException if there is no network of that name
   */
  static OptimWork of(String model, long seed) {
    Network network = Zoo.network(model, ZooOptions.classes(CLASSES));
    List<TensorSpec> parameters =
        network.tensors().stream().filter(tensor -> tensor.role().trainable()).toList();
    Map<String, HostTensor> first = Init.XAVIER_UNIFORM.values(network, seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<HostTensor> weights = new ArrayList<>();
    List<HostTensor> gradients = new ArrayList<>();
    for (TensorSpec parameter : parameters) {
      weights.add(first.get(parameter.name()));
      float[] gradient = new float[Math.toIntExact(parameter.size())];
      for (int i = 0; i < gradient.length; i++) {
        double size = random.nextDouble(LEAST_GRADIENT, MOST_GRADIENT);
        gradient[i] = (float) (random.nextBoolean() ? size : -size);
      }
      gradients.add(
          HostTensor.of(
              gradient, parameter.shape().stream().mapToInt(Integer::intValue).toArray()));
    }
    return new OptimWork(parameters, weights, gradients);
  }

  /** Writes {@code weight:<name>} and {@code gradient:<name>} of each parameter. */
  void write(Path file) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.put("weight:" + parameters.get(i).name(), weights.get(i));
      tensors.put("gradient:" + parameters.get(i).name(), gradients.get(i));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Safetensors.write(out, tensors, Map.of());
    }
  }
}
