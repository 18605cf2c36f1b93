package io.kitbag.micro;

import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsException;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Weights of a network with many tensors, in a file that is in the page cache. */
public class Weights extends MeanTime {
  private Map<String, HostTensor> tensors = Map.of();
  private Path file = Path.of("");

  /** Writes the file. */
  @Setup(Level.Trial)
  public void make() throws IOException {
    tensors = Init.XAVIER_UNIFORM.values(Zoo.network("resnet18_v1b", ZooOptions.classes(1000)), 0);
    file = Files.createTempFile("kitbag-micro", ".safetensors");
    write();
  }

  /** Deletes it. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    Files.delete(file);
  }

  /** All tensors of ResNet-18 into host memory. */
  @Benchmark
  public Object read() throws WeightsException {
    return Safetensors.read(file);
  }

  /** The same from host memory. */
  @Benchmark
  public void write() throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Safetensors.write(out, tensors, Map.of());
    }
  }
}
