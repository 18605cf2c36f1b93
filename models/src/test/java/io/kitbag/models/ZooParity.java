package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsFile;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Computes logits with weights that parity.py has written, for each line of its standard input: the
 * network's name, whether it has its auxiliary head, the number of classes, the side of the image,
 * its key, the file with the weights, and the file to write. Answers each with a line.
 */
public final class ZooParity {

  private ZooParity() {}

  public static void main(String[] arguments) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split("\t");
      int classes = Integer.parseInt(words[2]);
      ZooOptions options =
          ZooOptions.classes(classes).withAuxiliaryHead(Boolean.parseBoolean(words[1]));
      int size = Integer.parseInt(words[3]);
      float[] logits =
          logits(Zoo.network(words[0], options), size, Long.parseLong(words[4]), Path.of(words[5]));
      try (OutputStream out = Files.newOutputStream(Path.of(words[6]))) {
        Safetensors.write(out, Map.of("logits", HostTensor.of(logits, 1, classes)), Map.of());
      }
      System.out.println(words[0]);
    }
  }

  private static float[] logits(Network network, int size, long imageKey, Path weights)
      throws IOException {
    NetworkBlock block = network.toBlock();
    block.load(Pretrained.strict(network, WeightsFile.read(weights)).values());
    Shape shape = new Shape(1, 3, size, size);
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, shape);
      NDArray image =
          manager.create(Reference.uniformFloats(imageKey, shape.size())).reshape(shape);
      NDList inputs = new NDList(image);
      float[] logits =
          block.forward(new ParameterStore(manager, false), inputs, false).get(0).toFloatArray();
      block.clear();
      return logits;
    }
  }
}
