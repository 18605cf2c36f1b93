package io.kitbag.bench;

import io.kitbag.bench.peer.PeerFolder;
import io.kitbag.bench.peer.PeerInstaller;
import io.kitbag.bench.peer.PeerInstaller.Environment;
import io.kitbag.bench.peer.PeerInstaller.Outcome;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag bench peers-install}. */
@Command(
    name = "peers-install",
    description = {
      "Makes virtual environments with what Kitbag is compared with: PyTorch 2.0.1 and the newest,"
          + " torchvision, timm; and, where they can be installed, WebDataset, DALI and FFCV for bench"
          + " pipeline.",
      "Downloads some GB with pip. FFCV is compiled: it needs a C++ compiler, pkg-config, OpenCV and"
          + " libjpeg-turbo with their headers."
    },
    sortOptions = false)
final class PeersInstallCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Where. Default: $KITBAG_PEERS or ~/.cache/kitbag/peers, where --peers looks for them.")
  private @Nullable Path folder;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description =
          "Some of them: torch-2.0.1, torch-newest, loaders/dali, loaders/ffcv. Default: all.")
  private List<String> only = List.of();

  @Option(
      names = "--python",
      split = ",",
      paramLabel = "PATH",
      description =
          "Pythons to make them from. Default: those on the path; 3.10 is best for PyTorch 2.0.1.")
  private List<Path> pythons = List.of();

  @Option(
      names = "--pip",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description =
          "Options of pip, such as \"--extra-index-url https://download.pytorch.org/whl/cpu\", which"
              + " has smaller packages for machines without a GPU.")
  private String pip;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    PrintWriter out = command.commandLine().getOut();
    Path where = folder != null ? folder : PeerFolder.standard().path();
    List<String> options = Arrays.stream(pip.split(" ")).filter(word -> !word.isEmpty()).toList();
    PeerInstaller installer =
        new PeerInstaller(
            pythons,
            options,
            line -> {
              err.println(line);
              err.flush();
            });
    boolean all = true;
    for (Environment environment : chosen()) {
      Outcome outcome = installer.install(environment, where);
      all &= outcome.problem().isEmpty();
      String name = environment.name();
      out.println(name + ": " + outcome.problem().orElse(where.resolve(name).toString()));
      outcome
          .absent()
          .forEach((extra, reason) -> out.println(name + " has no " + extra + ": " + reason));
      out.flush();
    }
    return all ? ExitCode.DONE.code() : ExitCode.FAILURE.code();
  }

  private List<Environment> chosen() {
    List<String> names = PeerInstaller.ENVIRONMENTS.stream().map(Environment::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new ParameterException(
            command.commandLine(), "there is no environment '%s' but %s".formatted(name, names));
      }
    }
    return PeerInstaller.ENVIRONMENTS.stream()
        .filter(environment -> only.isEmpty() || only.contains(environment.name()))
        .toList();
  }
}
