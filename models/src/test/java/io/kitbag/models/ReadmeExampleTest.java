package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.ResNet;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void describesRunsAndSavesANetwork(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("weights.safetensors");

    Network network = ResNet.d(18).classes(10).zeroGamma(true).network();
    String table = network.summary(64, 64).toString(); // shapes, parameters, multiply-adds
    Map<String, HostTensor> weights = Init.KAIMING_NORMAL.values(network, 42);
    float[] logits;
    try (NDManager manager = NDManager.newBaseManager()) {
      NetworkBlock block = network.toBlock(); // a plain DJL block
      block.load(weights);
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
      NDList images = new NDList(manager.zeros(new Shape(1, 3, 64, 64)));
      logits =
          block.forward(new ParameterStore(manager, false), images, false).get(0).toFloatArray();
    }
    try (OutputStream file = Files.newOutputStream(path)) {
      Safetensors.write(file, weights, Map.of("network", network.name()));
    }

    assertThat(logits).hasSize(10);
    assertThat(table).contains("layer4.1.conv2");
    assertThat(Safetensors.read(path).tensors()).containsOnlyKeys(weights.keySet());
  }
}
