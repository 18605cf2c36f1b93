package io.kitbag.bench;

import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.bench.startup.StartupBench;
import io.kitbag.bench.startup.StartupReport;
import io.kitbag.bench.startup.StartupRow;
import io.kitbag.bench.startup.StartupRunner;
import io.kitbag.bench.startup.StartupSettings;
import io.kitbag.bench.startup.StartupSpec;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.Task;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench startup}. */
@Command(
    name = "startup",
    description =
        "Measures the time from the start of a process to its first training step and to its first"
            + " prediction, on the CPU; with --peers PyTorch's too.",
    sortOptions = false)
final class StartupCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--task",
      split = ",",
      defaultValue = "train,eval",
      description = "train, eval (the first prediction). Default: ${DEFAULT-VALUE}.")
  private List<String> tasks;

  @Mixin private PeerOptions peers;

  @Option(
      names = "--model",
      defaultValue = "resnet50_v1d",
      description = "A network. Default: ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      defaultValue = "128",
      description = "Side of the images. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      description = "fp32 or bf16. Default: ${DEFAULT-VALUE}.")
  private String precision;

  @Option(
      names = "--layout",
      defaultValue = "channels_last",
      description = "nchw or channels_last. Default: ${DEFAULT-VALUE}.")
  private String layout;

  @Option(names = "--threads", description = "Threads of one operator. Default: all cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Processes per configuration. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--timeout",
      defaultValue = "600",
      description = "Seconds for one process. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    Machine machine = StepOptions.machine(err);
    List<StartupRow> rows;
    try (PeerPrograms programs = PeerPrograms.unpack()) {
      StartupSettings settings = settings();
      List<Task> chosen = StepOptions.parse(Task.class, "task", tasks);
      int count = StepOptions.atLeastOne("rounds", rounds);
      Duration timeout = Duration.ofSeconds(StepOptions.atLeastOne("timeout", timeoutSeconds));
      List<Python> pythons = peers.probe(programs);
      rows =
          new StartupBench(
                  new StartupRunner(settings, programs, pythons, peers.variables(), timeout),
                  line -> {
                    err.println(line);
                    err.flush();
                  })
              .run(specs(chosen, pythons), settings, count);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    return print(new StartupReport(machine, rows));
  }

  private StartupSettings settings() {
    // Asks whether there is such a network before anything is started.
    int classes = Zoo.imageSize(model) == 32 ? 10 : 1000;
    return new StartupSettings(
        model,
        classes,
        imageSize,
        batch,
        Labels.parse(ComputeType.class, "precision", precision),
        Labels.parse(Layout.class, "layout", layout),
        threads != null ? threads : Runtime.getRuntime().availableProcessors());
  }

  private static List<StartupSpec> specs(List<Task> tasks, List<Python> pythons) {
    List<StartupSpec> specs = new ArrayList<>();
    for (Task task : tasks) {
      specs.add(new StartupSpec(task, ""));
      pythons.forEach(python -> specs.add(new StartupSpec(task, python.label())));
    }
    return specs;
  }

  private int print(StartupReport report) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      command.commandLine().getErr().print(report.text());
      command.commandLine().getErr().flush();
      out.println(report.json());
    } else {
      out.print(report.text());
    }
    out.flush();
    return report.rows().stream().allMatch(row -> row.error().isEmpty() || row.spec().isPeer())
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }
}
