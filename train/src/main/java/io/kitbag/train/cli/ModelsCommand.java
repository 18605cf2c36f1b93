package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkSummary;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag models}: what the zoo has, and a network layer by layer. */
@Command(
    name = "models",
    sortOptions = false,
    description = {
      "List the networks, or show one layer by layer.",
      "Multiply-adds are those of convolutions and linear layers for one image in inference.",
      "Activation bytes are those of each layer's result for one image; their total is what training",
      "would need if it kept all of them."
    })
final class ModelsCommand implements Runnable {
  private static final int SMALL_IMAGE = 32;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NETWORK",
      description = "The network to show, such as resnet50_v1d; all in brief if left out.")
  private @Nullable String name;

  @Option(
      names = "--size",
      paramLabel = "PX",
      description = "Side of the image. Default: what the network is made for.")
  private @Nullable Integer size;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Outputs of the network. Default: 10 for images of 32 pixels, else 1000.")
  private @Nullable Integer classes;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      defaultValue = "FP32",
      description =
          "Number format of the activations: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ComputeType precision = ComputeType.FP32;

  @Option(names = "--json", description = "Print JSON: one object per network, in an array if all.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (name != null) {
      NetworkSummary summary = summary(name);
      out.println(
          json ? Json.line(layers(summary)) : summary.table(bytesPerValue()).stripTrailing());
    } else if (json) {
      ArrayNode all = Json.array();
      Zoo.names().forEach(each -> all.add(totals(summary(each))));
      out.println(Json.line(all));
    } else {
      out.println(
          "%-22s %10s %14s %16s".formatted("network", "image", "parameters", "multiply-adds"));
      Zoo.names().stream().map(this::summary).map(ModelsCommand::row).forEach(out::println);
    }
  }

  private NetworkSummary summary(String network) {
    try {
      int usual = Zoo.imageSize(network);
      int side = size != null ? size : usual;
      int outputs = classes != null ? classes : usual == SMALL_IMAGE ? 10 : 1000;
      Network built = Zoo.network(network, ZooOptions.classes(outputs));
      return built.summary(side, side);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int bytesPerValue() {
    return precision.isReduced() ? Short.BYTES : Float.BYTES;
  }

  private static String row(NetworkSummary summary) {
    return String.format(
        Locale.ROOT,
        "%-22s %10s %,14d %,16d",
        summary.network(),
        summary.image(),
        summary.parameters(),
        summary.macs());
  }

  private static ObjectNode totals(NetworkSummary summary) {
    ObjectNode node = Json.object().put("name", summary.network());
    node.set("image", extent(summary.image()));
    return node.put("parameters", summary.parameters()).put("macs", summary.macs());
  }

  private ObjectNode layers(NetworkSummary summary) {
    ObjectNode node = totals(summary);
    node.put("precision", precision.name().toLowerCase(Locale.ROOT));
    node.put("activationBytes", summary.activationBytes(bytesPerValue()));
    ArrayNode rows = node.putArray("layers");
    for (NetworkSummary.Layer layer : summary.layers()) {
      ObjectNode row = rows.addObject().put("name", layer.name());
      row.put("op", layer.op().getClass().getSimpleName()).set("output", extent(layer.output()));
      row.put("parameters", layer.parameters()).put("macs", layer.macs());
      row.put("activationBytes", layer.activationBytes(bytesPerValue()));
      row.put("trainingOnly", layer.trainingOnly());
    }
    return node;
  }

  private static ArrayNode extent(FeatureMap map) {
    return Json.array().add(map.channels()).add(map.height()).add(map.width());
  }
}
