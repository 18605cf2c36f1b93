package io.kitbag.models;

import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What src/test/python/reference.py wrote, and the numbers that both sides compute. */
public final class Reference {

  /** At the end of bottlenecks; at a scale of 1 deep networks would amplify rounding. */
  private static final Pattern BRANCH_END = Pattern.compile("layer\\d\\.\\d+\\.bn3\\.weight");

  private Reference() {}

  public static Path file(String name) {
    try {
      return Path.of(Reference.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static List<String> lines(String name) {
    try {
      return Files.readAllLines(file(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Safetensors tensors(String name) {
    try {
      return Safetensors.read(file(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Uniform on [-1, 1). */
  static double[] uniform(long key, long size) {
    double[] values = new double[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      long z = (key << 32) + i + 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z = z ^ (z >>> 31);
      values[i] = 2 * ((z >>> 11) * 0x1p-53) - 1;
    }
    return values;
  }

  static float[] uniformFloats(long key, long size) {
    double[] values = uniform(key, size);
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The starting values of the reference networks. */
  static Map<String, HostTensor> values(Network network) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    for (TensorSpec tensor : network.tensors()) {
      double[] u = uniform(values.size(), tensor.size());
      int fan = tensor.shape().stream().skip(1).reduce(1, Math::multiplyExact);
      float[] floats = new float[u.length];
      for (int i = 0; i < u.length; i++) {
        floats[i] =
            (float)
                switch (tensor.role()) {
                  case CONV_WEIGHT, LINEAR_WEIGHT -> u[i] * Math.sqrt(6.0 / fan);
                  case RUNNING_VAR -> 1 + 0.5 * u[i];
                  case NORM_WEIGHT ->
                      BRANCH_END.matcher(tensor.name()).matches()
                          ? 0.2 + 0.04 * u[i]
                          : 1 + 0.2 * u[i];
                  case BIAS, NORM_BIAS, RUNNING_MEAN -> 0.1 * u[i];
                };
      }
      int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
      values.put(tensor.name(), HostTensor.of(floats, shape));
    }
    return values;
  }
}
