package io.kitbag.bench;

import io.kitbag.bench.micro.MicroRun;
import io.kitbag.bench.report.DatedReport;
import io.kitbag.bench.step.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kitbag bench all}. */
@Command(
    name = "all",
    description =
        "Runs every bench, half an hour on two cores with peers and less without, and writes a dated report: a page, its pictures and its rows.",
    sortOptions = false)
final class AllCommand implements Callable<Integer> {

  /** Left out where the program was not started from modules: then it has no benchmarks. */
  private static final String MICRO = "micro --warmup 3 --iterations 6 --seconds 0.5";

  private static final String PIPELINE = "pipeline --images 100 --rounds 3 --seconds 1 --warmup 3";

  private static final List<String> COMMANDS =
      List.of(
          "tensorcore --model resnet50_v1d,cifar_resnet20d --precision fp32,bf16 --rounds 3",
          "tensorcore --channels 48,56,60,63,64,65,72,96,128 --precision fp32,bf16");

  private static final List<String> ALONE =
      List.of(
          "step --model resnet50_v1d --precision fp32 --rounds 3",
          "eval --model resnet50_v1d --precision fp32 --rounds 3",
          "optim --rounds 3",
          "startup --rounds 3",
          PIPELINE);

  /**
   * The same beside peers, of which there may be two: in the layout that is the faster for all.
   * What torch.compile compiles takes minutes, so it is left out.
   */
  private static final List<String> COMPARED =
      List.of(
          "step --model resnet50_v1d --layout channels_last --execution compiled,plain-keeping,torch --rounds 3",
          "eval --model resnet50_v1d --layout channels_last --execution compiled,plain-keeping,torch --rounds 3",
          "optim --rounds 3",
          "startup --rounds 3",
          PIPELINE);

  /** The others measure on the CPU. */
  private static final Set<String> ON_A_DEVICE = Set.of("tensorcore", "step", "eval");

  /** Small enough to show that all of it works. */
  private static final List<String> QUICK =
      List.of(
          "tensorcore --model cifar_resnet8d --batch 4 --precision fp32 --layout nchw --rounds 1 --warmup 1 --steps 1",
          "eval --model cifar_resnet8d --batch 4 --precision fp32 --execution compiled --layout nchw --rounds 1 --warmup 1 --steps 1");

  @Spec private CommandSpec command;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "bench/reports",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "Of the steps; the rest is measured on the CPU. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Mixin private PeerOptions peers;

  @Option(names = "--quick", description = "A minute's worth, to see that everything runs.")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    DatedReport report = new DatedReport(Machine.collect(), LocalDate.now());
    int worst = 0;
    for (String arguments : quick ? QUICK : COMMANDS) {
      worst = Math.max(worst, run(arguments, List.of(), report));
    }
    if (!quick) {
      for (String arguments : peers.wanted() ? COMPARED : ALONE) {
        worst =
            Math.max(
                worst,
                peers.wanted()
                    ? run(arguments + " --peers", peers.arguments(), report)
                    : run(arguments, List.of(), report));
      }
      if (MicroRun.ofThisProgram().isPresent()) {
        worst = Math.max(worst, run(MICRO, List.of(), report));
      }
    }
    Path page = report.write(out, quick ? "quick" : "all");
    command.commandLine().getOut().println("wrote " + page);
    command.commandLine().getOut().flush();
    return worst;
  }

  /**
   * @param more that the report need not tell
   */
  private int run(String arguments, List<String> more, DatedReport report) {
    command.commandLine().getErr().println("bench " + arguments);
    command.commandLine().getErr().flush();
    StringWriter rows = new StringWriter();
    StringWriter text = new StringWriter();
    List<String> all = new ArrayList<>(Arrays.asList(arguments.split(" ")));
    all.addAll(more);
    all.add("--json");
    if (ON_A_DEVICE.contains(arguments.split(" ")[0])) {
      all.addAll(List.of("--device", device));
    }
    long start = System.nanoTime();
    int exitCode =
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(rows, true))
            .setErr(new PrintWriter(text, true))
            .execute(all.toArray(String[]::new));
    report.add(
        "bench " + arguments,
        text.toString(),
        rows.toString(),
        exitCode,
        (System.nanoTime() - start) / 1e9);
    return exitCode;
  }
}
