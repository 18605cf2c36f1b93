package io.kitbag.train.cli;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Fold;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.export.ExportSettings;
import io.kitbag.precision.export.ImageInput;
import io.kitbag.precision.export.TorchScriptFile;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.export.ExportSource;
import io.kitbag.train.export.OnnxFile;
import io.kitbag.train.internal.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag export}: a trained network as a file for other programs. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Write a trained network for other programs: TorchScript for torch.jit.load and DJL, ONNX of"
          + " operator set 17, or its weights as safetensors with torchvision's and timm's names.",
      "TorchScript and ONNX take images, normalise them and give fp32 logits. Names of classes, mean"
          + " and std are inside, as extra files or metadata."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag export runs/first --format torchscript --out net.pt",
      "  kitbag export runs/first --format onnx --fold --out net.onnx",
      "  kitbag export resnet50.pth --model resnet50_v1b --format onnx --image-size 224 --out net.onnx"
    })
final class ExportCommand implements Runnable {

  /** Of images for networks that come without a recipe. */
  private static final int IMAGENET_SIZE = 224;

  /** What can be written. */
  enum Format {
    TORCHSCRIPT,
    ONNX,
    SAFETENSORS
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|FILE",
      description = "A run directory, a checkpoint, or with --model a file with weights.")
  private Path source;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "torchscript, onnx or safetensors.")
  private Format format;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "What to write.")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "NETWORK",
      description = "The network that a file with weights is for; see: kitbag import --help")
  private @Nullable String model;

  @Option(
      names = "--fold",
      description =
          "Make batch normalisation part of the convolutions: faster, for inference only.")
  private boolean fold;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "fp32",
      description = {
        "fp32, bf16 or fp16: the numbers of convolutions, linear layers and their weights"
            + " (torchscript only). Default: ${DEFAULT-VALUE}"
      })
  private ComputeType precision;

  @Option(
      names = "--input",
      paramLabel = "KIND",
      defaultValue = "uint8",
      description = {
        "uint8 or float: pixels 0-255, normalised inside; normalized: floats that the caller has"
            + " normalised. Default: ${DEFAULT-VALUE}"
      })
  private ImageInput input;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Take exactly N images at once. Default: any number.")
  private @Nullable Integer batch;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      description = "Side of the images in ONNX. Default: as the recipe, else 224.")
  private @Nullable Integer imageSize;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public void run() {
    ExportSource exported = source();
    try {
      Fold graph =
          fold
              ? Fold.batchNorms(exported.network(), exported.values())
              : Fold.none(exported.network(), exported.values());
      AtomicFile.write(out, stream -> write(stream, exported, graph));
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.USAGE, source + ": " + e.getMessage(), e);
    }
    spec.commandLine().getOut().println(result(exported));
  }

  private ExportSource source() {
    if (model == null) {
      return ExportSource.ofCheckpoint(source);
    }
    try {
      return ExportSource.ofWeights(source, model);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
    }
  }

  private void write(OutputStream stream, ExportSource exported, Fold graph) throws IOException {
    ExportSettings settings =
        new ExportSettings(
            precision,
            input,
            exported.normalization(),
            batch == null ? OptionalInt.empty() : OptionalInt.of(batch),
            exported.notes());
    switch (format) {
      case TORCHSCRIPT -> TorchScriptFile.write(stream, graph.network(), graph.values(), settings);
      case ONNX ->
          OnnxFile.write(stream, graph.network(), graph.values(), image(exported), settings);
      case SAFETENSORS -> Safetensors.write(stream, weights(exported, graph), metadata(exported));
    }
  }

  /** Whole, as other libraries load it strictly, unless it is to be another graph. */
  private Map<String, HostTensor> weights(ExportSource exported, Fold graph) {
    return fold ? graph.values() : exported.values();
  }

  private static Map<String, String> metadata(ExportSource exported) {
    Map<String, String> metadata = new LinkedHashMap<>(exported.notes());
    metadata.put("format", "pt");
    return metadata;
  }

  private FeatureMap image(ExportSource exported) {
    int size = imageSize != null ? imageSize : exported.imageSize().orElse(IMAGENET_SIZE);
    return new FeatureMap(exported.network().inputChannels(), size, size);
  }

  private String result(ExportSource exported) {
    long bytes = size();
    String name = exported.network().name();
    String kind = format.name().toLowerCase(Locale.ROOT);
    return json
        ? Json.line(
            Json.object()
                .put("model", name)
                .put("format", kind)
                .put("file", out.toString())
                .put("bytes", bytes))
        : String.format(Locale.ROOT, "wrote %s as %s: %s, %,d bytes", name, kind, out, bytes);
  }

  private long size() {
    try {
      return Files.size(out);
    } catch (IOException e) {
      throw new KitbagException(ExitCode.STORAGE, out + ": " + e.getMessage(), e);
    }
  }
}
