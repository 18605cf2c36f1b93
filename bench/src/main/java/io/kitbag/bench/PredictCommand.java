package io.kitbag.bench;

import io.kitbag.bench.predict.Gpu;
import io.kitbag.bench.predict.Prediction;
import io.kitbag.bench.predict.PredictionReport;
import io.kitbag.bench.step.Labels;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench predict}. */
@Command(
    name = "predict",
    description = {
      "Bounds the time of a training step on GPUs that need not be there, from the network's shapes"
          + " and the GPUs' data sheets.",
      "Not checked against a GPU: real steps take longer."
    },
    sortOptions = false)
final class PredictCommand implements Callable<Integer> {

  private static final int SMALL_IMAGE = 32;

  @Spec private CommandSpec command;

  @Option(
      names = "--gpu",
      split = ",",
      defaultValue = "v100,a100,h100,h200,l4,t4,rtx-4090",
      description =
          "v100, t4, a10, a100-40, a100, l4, l40s, h100-pcie, h100, h200, b200, rtx-3090, rtx-4090,"
              + " rtx-5090, or all. Default: ${DEFAULT-VALUE}.")
  private List<String> gpus;

  @Option(
      names = "--model",
      defaultValue = "resnet50_v1d",
      description = "A network. Default: ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Number of labels. Default: 10 for images of 32 pixels, else 1000.")
  private @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      description = "Side of the images. Default: what the network is made for.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "128",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32,tf32,bf16,fp16",
      description =
          "fp32, tf32, bf16, fp16; those that a GPU lacks are left out. Default: ${DEFAULT-VALUE}.")
  private List<String> precisions;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() {
    PredictionReport report;
    try {
      report = report();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    if (json) {
      command.commandLine().getErr().print(report.text());
      command.commandLine().getErr().flush();
      command.commandLine().getOut().println(report.json());
    } else {
      command.commandLine().getOut().print(report.text());
    }
    command.commandLine().getOut().flush();
    return 0;
  }

  private PredictionReport report() {
    int madeFor = Zoo.imageSize(model);
    int size = imageSize != null ? imageSize : madeFor;
    Network network =
        Zoo.network(
            model,
            ZooOptions.classes(classes != null ? classes : madeFor == SMALL_IMAGE ? 10 : 1000));
    List<Prediction> rows = new ArrayList<>();
    for (Gpu gpu : gpus()) {
      for (ComputeType compute : StepOptions.parse(ComputeType.class, "precision", precisions)) {
        if (gpu.peaks(compute).isPresent()) {
          for (int batch : batches) {
            rows.add(
                Prediction.of(
                    network,
                    new FeatureMap(3, size, size),
                    StepOptions.atLeastOne("batch", batch),
                    compute,
                    gpu));
          }
        }
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("none of %s has any of %s".formatted(gpus, precisions));
    }
    return new PredictionReport(model, size, rows);
  }

  private List<Gpu> gpus() {
    return gpus.contains("all")
        ? Arrays.asList(Gpu.values())
        : gpus.stream().map(name -> Labels.parse(Gpu.class, "gpu", name)).toList();
  }
}
