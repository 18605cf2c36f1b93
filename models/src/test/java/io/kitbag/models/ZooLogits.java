package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the logits of every network of the zoo for reference.py, which compares them. */
public final class ZooLogits {

  private static final long IMAGE_KEY = 5000;

  private ZooLogits() {}

  /**
   * @param arguments the safetensors file to write
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, HostTensor> logits = new LinkedHashMap<>();
    for (String name : Zoo.names()) {
      int size = Zoo.imageSize(name);
      int classes = size == 32 ? 10 : 1000;
      Network network = Zoo.network(name, ZooOptions.classes(classes));
      NetworkBlock block = network.toBlock();
      block.load(Reference.values(network));
      Shape shape = new Shape(1, 3, size, size);
      try (NDManager manager = NDManager.newBaseManager()) {
        block.initialize(manager, DataType.FLOAT32, shape);
        NDArray image =
            manager.create(Reference.uniformFloats(IMAGE_KEY, shape.size())).reshape(shape);
        float[] values =
            block
                .forward(new ParameterStore(manager, false), new NDList(image), false)
                .get(0)
                .toFloatArray();
        logits.put(name, HostTensor.of(values, 1, classes));
        block.clear();
      }
      System.out.println(name);
    }
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
      Safetensors.write(out, logits, Map.of());
    }
  }
}
