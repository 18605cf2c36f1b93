package io.kitbag.bench;

import ai.djl.Device;
import io.kitbag.bench.step.Allocator;
import io.kitbag.bench.step.Baseline;
import io.kitbag.bench.step.ChildJvm;
import io.kitbag.bench.step.Devices;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepRunner;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.bench.tensorcore.ChannelSweep;
import io.kitbag.bench.tensorcore.LargestBatch;
import io.kitbag.bench.tensorcore.Verdict;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.advice.MachinePeaks;
import io.kitbag.train.cli.ByteSize;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench tensorcore}. */
@Command(
    name = "tensorcore",
    description = {
      "Measures what reduced precision and memory layout give on this machine, and why not more.",
      "Training steps of networks x precision x layout x batch, the share of the measured matrix"
          + " product peak they reach, and a verdict each."
    },
    sortOptions = false)
final class TensorCoreCommand implements Callable<Integer> {

  private static final Baseline FP32 =
      new Baseline(Execution.COMPILED, ComputeType.FP32, Layout.NCHW, Allocator.TUNED);

  @Spec private CommandSpec command;

  @Mixin private StepOptions options;

  @Option(
      names = "--channels",
      split = ",",
      paramLabel = "N",
      description =
          "Measures one layer at these widths instead, such as 56,60,63,64,65,72,128, in each precision.")
  private List<Integer> channels = List.of();

  @Option(
      names = "--autotune",
      split = ",",
      paramLabel = "on|off",
      defaultValue = "on",
      description =
          "Whether cuDNN tries its algorithms and keeps the fastest; both may be given. Nothing on a CPU. Default: on, as in recipes.")
  private List<String> autotune;

  @Option(
      names = "--memory",
      arity = "0..1",
      paramLabel = "SIZE",
      fallbackValue = "",
      description =
          "Also measures each configuration at its largest batch, a multiple of 8, whose process takes at most SIZE, such as 4g; on a GPU without SIZE: that fits into it.")
  private @Nullable String memory;

  private enum Switch {
    ON,
    OFF
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return channels.isEmpty() ? networks() : layer();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private int networks() throws InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    Machine machine = StepOptions.machine(err);
    StepRunner children = new ChildJvm(options.timeout());
    List<String> remarks = new ArrayList<>();
    List<StepRow> measured = new ArrayList<>();
    for (boolean tune : autotune(remarks)) {
      StepSettings settings =
          options.settings(Task.TRAIN, OptimizerChoice.KITBAG).withAutotune(tune);
      Set<StepSpec> specs = new LinkedHashSet<>(options.compiled());
      specs.addAll(largest(specs, children, settings, remarks));
      measured.addAll(
          StepOptions.bench(children, err)
              .run(List.copyOf(specs), settings, options.rounds(), FP32));
    }
    // After the children, so that this process holds no engine threads while they are timed.
    Map<ComputeType, Double> peaks = peaks(measured.stream().map(StepRow::spec).toList());
    List<StepRow> rows =
        measured.stream().map(row -> row.withPeak(peaks.get(row.spec().precision()))).toList();
    peaks.forEach(
        (type, gflops) ->
            remarks.add(
                String.format(
                    Locale.ROOT,
                    "peak of a matrix product in %s: %.1f GFLOP/s",
                    Labels.of(type),
                    gflops)));
    remarks.addAll(Verdict.of(rows));
    return StepReport.print(command.commandLine(), machine, rows, remarks, options.json());
  }

  private List<Boolean> autotune(List<String> remarks) {
    List<Boolean> each =
        StepOptions.parse(Switch.class, "autotune", autotune).stream()
            .distinct()
            .map(choice -> choice == Switch.ON)
            .toList();
    if (each.size() > 1 && !Devices.parse(options.device()).isGpu()) {
      remarks.add("autotune is a search of cuDNN's, and there is none on a CPU: left out");
      return List.of(true);
    }
    return each;
  }

  /** Configurations at their largest batches; what an emulated format takes is not its own. */
  private List<StepSpec> largest(
      Set<StepSpec> specs, StepRunner children, StepSettings settings, List<String> remarks)
      throws InterruptedException {
    if (memory == null) {
      return List.of();
    }
    Device device = Devices.parse(options.device());
    if (device.isGpu() != memory.isEmpty()) {
      throw new IllegalArgumentException(
          device.isGpu()
              ? "--memory: how much of a GPU a process takes cannot be limited; give it without a size"
              : "--memory: a CPU wants a size, such as 4g");
    }
    LargestBatch search =
        new LargestBatch(
            children,
            memory.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(ByteSize.parse("--memory", memory)),
            StepOptions.progress(command.commandLine().getErr()));
    List<StepSpec> found = new ArrayList<>();
    Set<StepSpec> kinds = new LinkedHashSet<>();
    specs.forEach(spec -> kinds.add(spec.withBatch(LargestBatch.MULTIPLE)));
    for (StepSpec kind : kinds) {
      if (kind.policy().isEmulatedOn(device)) {
        remarks.add(kind.variant() + " is emulated here: no largest batch");
        continue;
      }
      OptionalInt batch = search.find(kind, settings);
      remarks.add(
          batch.isPresent()
              ? "%s %d px %s: the largest batch that fits is %d"
                  .formatted(kind.model(), kind.imageSize(), kind.variant(), batch.getAsInt())
              : "%s does not fit".formatted(kind));
      batch.ifPresent(images -> found.add(kind.withBatch(images)));
    }
    return found;
  }

  /** In 10⁹ operations per second; an emulated format is computed in fp32. */
  private Map<ComputeType, Double> peaks(List<StepSpec> specs) {
    TorchRuntime.tuneMalloc();
    TorchRuntime.setThreads(options.threads());
    Device device = Devices.parse(options.device());
    Map<ComputeType, Double> peaks = new EnumMap<>(ComputeType.class);
    for (StepSpec spec : specs) {
      peaks.computeIfAbsent(
          spec.precision(),
          type -> MachinePeaks.measure(device, spec.policy()).flopsPerSecond() / 1e9);
    }
    return peaks;
  }

  private int layer() {
    TorchRuntime.tuneMalloc();
    TorchRuntime.setThreads(options.threads());
    StepOptions.machine(command.commandLine().getErr());
    Device device = Devices.parse(options.device());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (StepSpec spec : options.compiled()) {
      Policy policy = spec.policy();
      String name = Labels.of(spec.precision()) + " " + Labels.of(spec.layout());
      if (policy.isEmulatedOn(device)) {
        command.commandLine().getErr().println(name + " is emulated here: not measured");
        continue;
      }
      List<ChannelSweep.Width> widths =
          ChannelSweep.standard().run(channels, policy, device, options.rounds());
      widths.forEach(
          width ->
              rows.add(
                  Map.of(
                      "precision",
                      Labels.of(spec.precision()),
                      "layout",
                      Labels.of(spec.layout()),
                      "channels",
                      width.channels(),
                      "ms",
                      width.ms(),
                      "gflops",
                      width.gflops())));
      (options.json() ? command.commandLine().getErr() : command.commandLine().getOut())
          .println(name + "\n" + ChannelSweep.table(widths));
    }
    if (options.json()) {
      command.commandLine().getOut().println(JsonRows.array(rows));
    }
    command.commandLine().getOut().flush();
    return 0;
  }
}
