package io.kitbag.bench;

import io.kitbag.bench.peer.PeerFolder;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the commands that measure Python's programs beside Kitbag. */
final class PeerOptions {

  @Option(
      names = "--peers",
      description =
          "Measures Python's programs too, in what bench peers-install has made or in python3.")
  private boolean peers;

  @Option(
      names = "--python",
      split = ",",
      paramLabel = "PATH",
      description = "In these Pythons instead: executables or virtual environments.")
  private List<Path> pythons = List.of();

  @Option(
      names = "--peer-env",
      split = ",",
      paramLabel = "NAME=VALUE",
      description = "Environment variables of the peers, such as ONEDNN_MAX_CPU_ISA=SSE41.")
  private Map<String, String> variables = Map.of();

  boolean wanted() {
    return peers || !pythons.isEmpty();
  }

  /** The Pythons to measure in, as they are; none unless peers are wanted. */
  List<Python> probe(PeerPrograms programs) throws InterruptedException {
    return wanted()
        ? Python.probe(pythons.isEmpty() ? PeerFolder.standard().pythons() : pythons, programs)
        : List.of();
  }

  /** The same options for another command. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    pythons.forEach(python -> arguments.add("--python=" + python));
    variables.forEach((name, value) -> arguments.add("--peer-env=" + name + "=" + value));
    return arguments;
  }

  /** Where programs that load images may run, each in the first that can. */
  List<Path> loaders() {
    return pythons.isEmpty() ? PeerFolder.standard().loaders() : pythons;
  }

  Map<String, String> variables() {
    return variables;
  }
}
