package io.kitbag.bench;

import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.MallocChoice;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepBench;
import io.kitbag.bench.step.StepRunner;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Sweep;
import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that measure steps have in common: work, machine and effort. */
final class StepOptions {

  @Option(
      names = "--model",
      split = ",",
      defaultValue = "resnet50_v1d",
      description = "Networks. Default: ${DEFAULT-VALUE}.")
  private List<String> models;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Number of labels. Default: 10 for networks of 32 px, 1000 for the others.")
  private @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      description = "Side of the images. Default: 32 for networks of 32 px, 128 for the others.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "16",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32,bf16",
      description =
          "Of the compiled execution and peers: fp32, bf16, fp16, tf32. Default: ${DEFAULT-VALUE}.")
  private List<String> precisions;

  @Option(
      names = "--layout",
      split = ",",
      defaultValue = "nchw,channels_last",
      description =
          "Of the compiled execution and peers: nchw, channels_last. Default: ${DEFAULT-VALUE}.")
  private List<String> layouts;

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
      description = "Processes per configuration. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      defaultValue = "2",
      description = "Untimed steps in each process. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--steps",
      defaultValue = "5",
      description = "Timed steps in each process. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of weights, images and labels. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--timeout",
      defaultValue = "600",
      description = "Seconds for one process. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  /**
   * @param pythons labels of those in which peers run
   */
  Sweep sweep(List<Execution> executions, MallocChoice malloc, List<String> pythons) {
    return new Sweep(
        models,
        optional(classes),
        optional(imageSize),
        batches,
        executions,
        parse(ComputeType.class, "precision", precisions),
        parse(Layout.class, "layout", layouts),
        malloc,
        pythons);
  }

  StepSettings settings(Task task, OptimizerChoice optimizer) {
    return new StepSettings(task, device, threads(), optimizer, warmup, steps, seed);
  }

  /** Kitbag's configurations alone. */
  List<StepSpec> compiled() {
    return sweep(List.of(Execution.COMPILED), MallocChoice.TUNED, List.of()).specs();
  }

  /** After which a child is killed. */
  Duration timeout() {
    return Duration.ofSeconds(atLeastOne("timeout", timeoutSeconds));
  }

  /** A bench that tells what it does. */
  static StepBench bench(StepRunner runner, PrintWriter err) {
    return new StepBench(runner, progress(err));
  }

  static Consumer<String> progress(PrintWriter err) {
    return line -> {
      err.println(line);
      err.flush();
    };
  }

  int rounds() {
    return atLeastOne("rounds", rounds);
  }

  int threads() {
    return threads != null ? threads : Runtime.getRuntime().availableProcessors();
  }

  String device() {
    return device;
  }

  boolean json() {
    return json;
  }

  /** This machine; says so if others are using it. */
  static Machine machine(PrintWriter err) {
    Machine machine = Machine.collect();
    if (machine.isBusy()) {
      err.printf(
          Locale.ROOT,
          "The machine is busy (load %.1f on %d cores): times will be noisy.%n",
          machine.loadAverage(),
          machine.cores());
    }
    return machine;
  }

  static <E extends Enum<E>> List<E> parse(Class<E> type, String what, List<String> labels) {
    return labels.stream().map(label -> Labels.parse(type, what, label)).toList();
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /**
   * @throws IllegalArgumentException if it is not
   */
  static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
    return value;
  }
}
