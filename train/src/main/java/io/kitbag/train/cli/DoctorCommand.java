package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.kitbag.train.ExitCode;
import io.kitbag.train.StorageException;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.doctor.Doctor;
import io.kitbag.train.doctor.DoctorOptions;
import io.kitbag.train.doctor.DoctorReport;
import io.kitbag.train.doctor.HtmlReport;
import io.kitbag.train.doctor.TextReport;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag doctor}: what precision does to a run, and what it costs. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = {
      "Take some steps of a recipe and report what precision does to them and what they cost.",
      "",
      "Gradients, activations and weights by exponent and the loss scale they want; updates that"
          + " fp16 weights would lose; shapes for Tensor Cores; waiting for images; memory;"
          + " roofline. Each finding ends with the recipe line that would change it. Nothing is"
          + " trained or written but the page."
    },
    subcommands = DoctorFormatsCommand.class,
    footer = {
      "",
      "Examples:",
      "  kitbag doctor",
      "  kitbag doctor --recipe cifar10 --data cifar10 --html doctor.html",
      "  kitbag doctor --recipe efficient --data imagenet --memory 16g --kernels kernels.csv",
      "  kitbag doctor formats 0.1"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String DEFAULT_RECIPE = "quickstart";

  @Spec private CommandSpec spec;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description = "A preset (see: kitbag recipes) or a YAML file. Default: quickstart.")
  private @Nullable String recipeName;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The images, as for train. Default: as the recipe says.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replace a value of the recipe, such as batchSize=64. Repeatable.")
  private @Nullable List<String> sets;

  @Mixin private ComputeOptions compute;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Training steps to take. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--probes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many of them to look into. Default: ${DEFAULT-VALUE}.")
  private int probes;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "32",
      description = {
        "Images of a batch to look at; all of their values are held at once, in fp32."
            + " Default: ${DEFAULT-VALUE}."
      })
  private int images;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = {
        "Memory the largest batch shall fit into, such as 16g. Default: all of the device's."
      })
  private @Nullable String memory;

  @Option(
      names = "--kernels",
      paramLabel = "FILE",
      description = {
        "A profile to classify: CSV from nsys stats --report cuda_gpu_kern_sum, or from ncu with"
            + " gpu__time_duration.sum."
      })
  private @Nullable Path kernels;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write a page with plots, complete in one file.")
  private @Nullable Path html;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    DoctorOptions options = options();
    Overrides overrides = new Overrides().text("--data", "data.path", data);
    compute.addTo(overrides);
    String name = recipeName == null ? DEFAULT_RECIPE : recipeName;
    Recipe recipe = overrides.all(sets).applyTo(set -> Recipes.resolve(name, set));
    DoctorReport report;
    try (Progress progress = output.progress()) {
      RunOptions run = new RunOptions(Optional.empty(), false, OptionalLong.empty(), progress);
      report = Kitbag.app(recipe, run).getInstance(Doctor.class).examine(options, progress);
    }
    if (html != null) {
      write(html, HtmlReport.of(report));
    }
    spec.commandLine().getOut().println(output.json() ? json(report) : TextReport.of(report));
    return ExitCode.DONE.code();
  }

  private DoctorOptions options() {
    try {
      OptionalLong bytes =
          memory == null
              ? OptionalLong.empty()
              : OptionalLong.of(ByteSize.parse("--memory", memory));
      return new DoctorOptions(steps, probes, images, bytes, Optional.ofNullable(kernels));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void write(Path file, String page) {
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new StorageException(file, e);
    }
  }

  /** The report's own names and order; sizes and counts as numbers, NaN as a string. */
  private static String json(DoctorReport report) {
    return Json.line(
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build()
            .valueToTree(report));
  }
}
