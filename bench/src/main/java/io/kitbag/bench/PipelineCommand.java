package io.kitbag.bench;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.bench.child.TemporaryFolder;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.pipeline.Contender;
import io.kitbag.bench.pipeline.Photos;
import io.kitbag.bench.pipeline.PipelineBench;
import io.kitbag.bench.pipeline.PipelineRow;
import io.kitbag.bench.pipeline.PipelineSettings;
import io.kitbag.bench.pipeline.PipelineTable;
import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Machine;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench pipeline}. */
@Command(
    name = "pipeline",
    description = {
      "Measures how many images a second can be loaded: read, decoded, cut, resized, mirrored and"
          + " coloured at random.",
      "Kitbag's ways of doing it, the JDK's own, and in Python torchvision, OpenCV, WebDataset, DALI"
          + " and FFCV, in turns."
    },
    sortOptions = false)
final class PipelineCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with JPEGs, however deep. Default: photos that the bench paints.")
  private @Nullable Path data;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many of them. Default: ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Where the photos and the packed ones stay. Default: they are deleted.")
  private @Nullable Path keep;

  @Option(
      names = "--rows",
      split = ",",
      description =
          "kitbag-fast, kitbag-exact, kitbag-shards, kitbag-packed, imageio, torchvision, opencv,"
              + " opencv-area, webdataset, dali, ffcv. Default: all, those in Python if there is"
              + " --peers or --python.")
  private List<String> rows = List.of();

  @Option(
      names = "--baseline",
      paramLabel = "ROW",
      defaultValue = "imageio",
      description = "What the others are compared with. Default: ${DEFAULT-VALUE}.")
  private String baseline;

  @Mixin private PeerOptions peers;

  @Option(
      names = "--workers",
      split = ",",
      defaultValue = "1,2",
      description =
          "Threads that load; in Python processes, except for dali and ffcv. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Integer> workers;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      defaultValue = "224",
      description = "Side of the crops. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Turns of each row. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "About how long a turn is. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      defaultValue = "8",
      description = "How long each row loads before the first turn. Default: ${DEFAULT-VALUE}.")
  private double warmup;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of photos and random changes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--timeout",
      defaultValue = "300",
      description =
          "Seconds without an answer after which a row is given up. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CorruptImageException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    List<Contender> contenders;
    PipelineSettings settings;
    Contender base;
    try {
      if (images < 1) {
        throw new IllegalArgumentException("images=" + images + " must be at least 1");
      }
      base = Contender.of(baseline);
      contenders = contenders();
      settings =
          new PipelineSettings(
              imageSize,
              batch,
              workers,
              rounds,
              seconds,
              warmup,
              seed,
              Duration.ofSeconds(timeoutSeconds));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    Machine machine = StepOptions.machine(err);
    Path folder = keep != null ? keep : Files.createTempDirectory("kitbag-photos");
    try (PeerPrograms programs = PeerPrograms.unpack()) {
      Photos photos =
          data != null ? Photos.copied(data, folder, images) : Photos.painted(folder, images, seed);
      PipelineBench bench =
          new PipelineBench(
              settings,
              programs,
              peers.loaders(),
              peers.variables(),
              line -> {
                err.println(line);
                err.flush();
              });
      List<PipelineRow> measured = bench.run(contenders, photos);
      return print(measured, new PipelineTable(machine, settings, photos, base));
    } finally {
      if (keep == null) {
        new TemporaryFolder(folder).close();
      }
    }
  }

  private List<Contender> contenders() {
    return rows.isEmpty()
        ? Arrays.stream(Contender.values())
            .filter(contender -> peers.wanted() || !contender.isPython())
            .toList()
        : rows.stream().map(Contender::of).distinct().toList();
  }

  private int print(List<PipelineRow> measured, PipelineTable table) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      command.commandLine().getErr().print(table.render(measured));
      command.commandLine().getErr().flush();
      out.println(
          JsonRows.array(measured.stream().map(row -> table.fields(row, measured)).toList()));
    } else {
      out.print(table.render(measured));
    }
    out.flush();
    return measured.stream().allMatch(row -> row.error().isEmpty() || row.contender().isPython())
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }
}
