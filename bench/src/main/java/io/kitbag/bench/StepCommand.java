package io.kitbag.bench;

import io.kitbag.bench.step.Baseline;
import io.kitbag.bench.step.ChildJvm;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.MallocChoice;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepBench;
import io.kitbag.bench.step.StepJson;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.StepTable;
import io.kitbag.bench.step.Sweep;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench step}. */
@Command(
    name = "step",
    description = "Measures what one training step costs: time, images/s and peak memory.",
    sortOptions = false)
final class StepCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--model",
      split = ",",
      defaultValue = "resnet50_v1d",
      description = "Networks. Default: ${DEFAULT-VALUE}.")
  private List<String> models;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Number of labels. Default: 10 for cifar_*, 1000 for the others.")
  private @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      description = "Side of the images. Default: 32 for cifar_*, 128 for the others.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "16",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--execution",
      split = ",",
      defaultValue = "compiled,plain,plain-keeping",
      description =
          "compiled, plain, plain-keeping (as stock DJL); plain ones run fp32 nchw only. Default: ${DEFAULT-VALUE}.")
  private List<String> executions;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32,bf16",
      description = "Of the compiled execution: fp32, bf16, fp16, tf32. Default: ${DEFAULT-VALUE}.")
  private List<String> precisions;

  @Option(
      names = "--layout",
      split = ",",
      defaultValue = "nchw,channels_last",
      description = "Of the compiled execution: nchw, channels_last. Default: ${DEFAULT-VALUE}.")
  private List<String> layouts;

  @Option(
      names = "--malloc",
      defaultValue = "auto",
      description =
          "tuned, system, both, or auto: system for plain-keeping, tuned for the rest. Default: ${DEFAULT-VALUE}.")
  private String malloc;

  @Option(
      names = "--optimizer",
      defaultValue = "kitbag",
      description =
          "kitbag, djl (its SGD loop) or none, for all executions alike. Default: ${DEFAULT-VALUE}.")
  private String optimizer;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu, gpu or gpu:<n>. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(names = "--threads", description = "Threads of one operator. Default: all cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "JVMs per configuration. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      defaultValue = "2",
      description = "Untimed steps in each JVM. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--steps",
      defaultValue = "5",
      description = "Timed steps in each JVM. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of weights, images and labels. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--timeout",
      defaultValue = "600",
      description = "Seconds for one JVM. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--baseline",
      description =
          "What speed-up and memory refer to: execution/precision/layout/malloc."
              + " Default: plain-keeping/fp32/nchw/system if measured.")
  private @Nullable String baseline;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Machine machine = Machine.collect();
    if (machine.isBusy()) {
      err.printf(
          Locale.ROOT,
          "The machine is busy (load %.1f on %d cores): times will be noisy.%n",
          machine.loadAverage(),
          machine.cores());
    }
    List<StepRow> rows = measure(err);
    String table = new StepTable(machine).render(rows);
    if (json) {
      err.print(table);
      err.flush();
      out.println(new StepJson(machine).write(rows));
    } else {
      out.print(table);
    }
    out.flush();
    return rows.stream().allMatch(row -> row.error().isEmpty())
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }

  private List<StepRow> measure(PrintWriter err) throws InterruptedException {
    try {
      List<StepSpec> specs = sweep().specs();
      StepBench bench =
          new StepBench(
              new ChildJvm(Duration.ofSeconds(atLeastOne("timeout", timeoutSeconds))),
              line -> {
                err.println(line);
                err.flush();
              });
      return bench.run(specs, settings(), atLeastOne("rounds", rounds), baselineAmong(specs));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Sweep sweep() {
    return new Sweep(
        models,
        optional(classes),
        optional(imageSize),
        batches,
        parse(Execution.class, "execution", executions),
        parse(ComputeType.class, "precision", precisions),
        parse(Layout.class, "layout", layouts),
        Labels.parse(MallocChoice.class, "malloc", malloc));
  }

  private StepSettings settings() {
    return new StepSettings(
        device,
        threads != null ? threads : Runtime.getRuntime().availableProcessors(),
        Labels.parse(OptimizerChoice.class, "optimizer", optimizer),
        warmup,
        steps,
        seed);
  }

  private Baseline baselineAmong(List<StepSpec> specs) {
    if (baseline == null) {
      return Baseline.stockDjl();
    }
    Baseline chosen = Baseline.parse(baseline);
    if (specs.stream().noneMatch(chosen::matches)) {
      throw new IllegalArgumentException(
          "baseline %s is not among the configurations: %s"
              .formatted(chosen, specs.stream().map(StepSpec::variant).distinct().toList()));
    }
    return chosen;
  }

  private static <E extends Enum<E>> List<E> parse(
      Class<E> type, String what, List<String> labels) {
    return labels.stream().map(label -> Labels.parse(type, what, label)).toList();
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
    return value;
  }
}
