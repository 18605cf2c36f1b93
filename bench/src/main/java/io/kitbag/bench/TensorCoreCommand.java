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
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.bench.tensorcore.ChannelSweep;
import io.kitbag.bench.tensorcore.Verdict;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.advice.MachinePeaks;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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

  @Spec private CommandSpec command;

  @Mixin private StepOptions options;

  @Option(
      names = "--channels",
      split = ",",
      paramLabel = "N",
      description =
          "Measures one layer at these widths instead, such as 56,60,63,64,65,72,128, in each precision.")
  private List<Integer> channels = List.of();

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
    List<StepSpec> specs = options.compiled();
    Baseline fp32 =
        new Baseline(Execution.COMPILED, ComputeType.FP32, Layout.NCHW, Allocator.TUNED);
    List<StepRow> measured =
        StepOptions.bench(new ChildJvm(options.timeout()), err)
            .run(
                specs,
                options.settings(Task.TRAIN, OptimizerChoice.KITBAG),
                options.rounds(),
                fp32);
    // After the children, so that this process holds no engine threads while they are timed.
    Map<ComputeType, Double> peaks = peaks(specs);
    List<StepRow> rows =
        measured.stream().map(row -> row.withPeak(peaks.get(row.spec().precision()))).toList();
    List<String> remarks = new ArrayList<>();
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
