package io.kitbag.train.export;

import static java.util.Locale.ROOT;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.Pretrained;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.export.ExportSettings;
import io.kitbag.precision.export.ImageInput;
import io.kitbag.precision.export.TorchScriptFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Checks what goes out of every network of the zoo, or of those named: safetensors come back with
 * the same bits, TorchScript gives the logits within 1e-5, ONNX within 1e-4, each as it is and with
 * batch norms folded. A row for each; ends with 1 if a bound is exceeded.
 */
public final class ZooExports {

  private static final double TORCHSCRIPT = 1e-5;
  private static final double ONNX = 1e-4;

  private ZooExports() {}

  /** What a file was found to be. */
  private record Row(double torchScript, double folded, double onnx, double onnxFolded) {

    boolean isGood() {
      return Math.max(torchScript, folded) <= TORCHSCRIPT && Math.max(onnx, onnxFolded) <= ONNX;
    }

    Row max(Row other) {
      return new Row(
          Math.max(torchScript, other.torchScript),
          Math.max(folded, other.folded),
          Math.max(onnx, other.onnx),
          Math.max(onnxFolded, other.onnxFolded));
    }

    void print(String name) {
      System.out.printf(
          ROOT, "%-24s %11.1e %11.1e %11.1e %11.1e%n", name, torchScript, folded, onnx, onnxFolded);
    }
  }

  public static void main(String[] names) throws Exception {
    Path folder = Files.createTempDirectory("zoo");
    System.out.printf("%-24s %11s %11s %11s %11s%n", "", "torchscript", "folded", "onnx", "folded");
    Row worst = new Row(0, 0, 0, 0);
    List<String> all = names.length > 0 ? List.of(names) : Zoo.names();
    for (String name : all) {
      Row row = row(name, folder);
      row.print(name);
      worst = worst.max(row);
    }
    Files.delete(folder);
    worst.print("largest of " + all.size());
    if (!worst.isGood()) {
      System.exit(1);
    }
  }

  private static Row row(String name, Path folder) throws Exception {
    int side = Zoo.imageSize(name);
    int classes = side == 32 ? 10 : 1000;
    Network network = Zoo.network(name, ZooOptions.classes(classes).withZeroGamma(true));
    Map<String, HostTensor> values = Exports.weights(network);
    requireSameBits(network, values, folder.resolve("weights.safetensors"));

    FeatureMap image = new FeatureMap(3, side, side);
    float[] expected = Exports.expected(network, values, 1, image);
    Fold whole = Fold.none(network, values);
    Fold folded = Fold.batchNorms(network, values);
    return new Row(
        Exports.relativeError(torchScript(whole, image, folder), expected),
        Exports.relativeError(torchScript(folded, image, folder), expected),
        Exports.relativeError(onnx(whole, image, folder), expected),
        Exports.relativeError(onnx(folded, image, folder), expected));
  }

  private static void requireSameBits(Network network, Map<String, HostTensor> values, Path file)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Safetensors.write(out, values, Map.of("network", network.name()));
    }
    Map<String, HostTensor> read = Safetensors.read(file).tensors();
    if (!Pretrained.strict(network, read).values().equals(values)) {
      throw new AssertionError(network.name() + ": other values came back from " + file);
    }
    Files.delete(file);
  }

  private static float[] torchScript(Fold graph, FeatureMap image, Path folder) throws Exception {
    Path file = folder.resolve("net.pt");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      TorchScriptFile.write(
          out, graph.network(), graph.values(), ExportSettings.of(Exports.NORMALIZATION));
    }
    float[] logits = Exports.torchScript(folder, "net", 1, image);
    Files.delete(file);
    return logits;
  }

  private static float[] onnx(Fold graph, FeatureMap image, Path folder) throws Exception {
    Path file = folder.resolve("net.onnx");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      OnnxFile.write(
          out, graph.network(), graph.values(), image, ExportSettings.of(Exports.NORMALIZATION));
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session =
          OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
        return Exports.onnx(session, 1, image, ImageInput.UINT8);
      }
    } finally {
      Files.delete(file);
    }
  }
}
