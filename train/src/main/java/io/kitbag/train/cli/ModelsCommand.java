package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkSummary;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
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
      "Multiply-adds are those of convolutions and linear layers for one image."
    })
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NETWORK",
      description = "The network to show, such as resnet50_v1d; all in brief if left out.")
  private @Nullable String name;

  @Option(
      names = "--size",
      paramLabel = "PX",
      description = "Side of the image. Default: 32 for cifar_*, 224 for the others.")
  private @Nullable Integer size;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Outputs of the network. Default: 10 for cifar_*, 1000 for the others.")
  private @Nullable Integer classes;

  @Option(names = "--json", description = "Print JSON: one object per network, in an array if all.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (name != null) {
      NetworkSummary summary = summary(name);
      out.println(json ? Json.line(layers(summary)) : summary.toString().stripTrailing());
    } else if (json) {
      ArrayNode all = Json.array();
      Zoo.names().forEach(each -> all.add(totals(summary(each))));
      out.println(Json.line(all));
    } else {
      out.println(
          "%-20s %10s %14s %16s".formatted("network", "image", "parameters", "multiply-adds"));
      Zoo.names().stream().map(this::summary).map(ModelsCommand::row).forEach(out::println);
    }
  }

  private NetworkSummary summary(String network) {
    boolean small = network.startsWith("cifar_");
    int side = size != null ? size : small ? 32 : 224;
    int outputs = classes != null ? classes : small ? 10 : 1000;
    try {
      Network built = Zoo.network(network, ZooOptions.classes(outputs));
      return built.summary(side, side);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static String row(NetworkSummary summary) {
    return String.format(
        Locale.ROOT,
        "%-20s %10s %,14d %,16d",
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

  private static ObjectNode layers(NetworkSummary summary) {
    ObjectNode node = totals(summary);
    ArrayNode rows = node.putArray("layers");
    for (NetworkSummary.Layer layer : summary.layers()) {
      ObjectNode row = rows.addObject().put("name", layer.name());
      row.put("op", layer.op().getClass().getSimpleName()).set("output", extent(layer.output()));
      row.put("parameters", layer.parameters()).put("macs", layer.macs());
    }
    return node;
  }

  private static ArrayNode extent(FeatureMap map) {
    return Json.array().add(map.channels()).add(map.height()).add(map.width());
  }
}
