package io.kitbag.train.cli;

import io.kitbag.models.Network;
import io.kitbag.models.Pretrained;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.train.checkpoint.StartingWeights;
import io.kitbag.train.internal.AtomicFile;
import java.nio.file.Path;
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

/** {@code kitbag import}: weights from elsewhere, checked and converted. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Check that a file has the weights of a network, and convert it to float32 safetensors with"
          + " the names of that network.",
      "The file is safetensors, a state dict of torch.save (.pt, .pth) or a checkpoint. Reading it"
          + " runs no code. Every tensor that is missing, surplus or misshapen is listed."
    },
    footer = {
      "",
      "Example:",
      "  kitbag import resnet50.pth --model resnet50_v1b --out resnet50.safetensors"
    })
final class ImportCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|DIR", description = "The weights to read.")
  private Path source;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NETWORK",
      description = "The network they are for, such as resnet50_v1b. All: kitbag models")
  private String model;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Outputs of the network. Default: as many as the file's last layer has.")
  private @Nullable Integer classes;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "What to write.")
  private Path out;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public void run() {
    Network network = network(StartingWeights.read(source));
    String name = network.name();
    Map<String, HostTensor> values = StartingWeights.read(source, network, false).values();
    AtomicFile.write(
        out, stream -> Safetensors.write(stream, values, Map.of("format", "pt", "network", name)));
    String digest = WeightsDigest.sha256(values);
    int outputs = Pretrained.classes(network, values).orElse(0);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.line(
                    Json.object()
                        .put("model", network.name())
                        .put("classes", outputs)
                        .put("tensors", values.size())
                        .put("parameters", network.parameterCount())
                        .put("file", out.toString())
                        .put("weightsSha256", digest))
                : String.format(
                    Locale.ROOT,
                    "%s with %d classes: %d tensors, %,d parameters%nwrote %s%nweights sha256 %s",
                    network.name(),
                    outputs,
                    values.size(),
                    network.parameterCount(),
                    out,
                    digest));
  }

  private Network network(Map<String, HostTensor> tensors) {
    try {
      return StartingWeights.network(
          model, tensors, classes == null ? OptionalInt.empty() : OptionalInt.of(classes));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
    }
  }
}
