package io.kitbag.bench.pipeline;

import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.JvmLaunch;
import io.kitbag.bench.peer.NotInstalled;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.pipeline.Conversation.Failure;
import io.kitbag.bench.pipeline.PipelineBench.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts the contenders: JVMs like this one, and Python with the program of {@code bench/peers}.
 */
final class Launch implements PipelineBench.Processes {
  private static final String PROGRAM = "pipeline.py";

  /** How the program begins its answer where a package is missing. */
  private static final String NOT_INSTALLED = "not installed: ";

  /** What {@code ./kitbag} sets; without it Python's loaders wait for fresh pages. */
  private static final Map<String, String> VARIABLES = tuned(Map.of());

  /** Room for the garbage of a JPEG reader, so that collecting it does not decide the times. */
  private static final List<String> HEAP = List.of("-Xms512m", "-Xmn256m");

  private final PeerPrograms programs;
  private final List<Path> pythons;
  private final Map<String, String> variables;

  /**
   * A launch.
   *
   * @param programs stays open as long as this is used
   * @param pythons executables, or folders of virtual environments
   * @param variables of the environment of what runs there
   */
  Launch(PeerPrograms programs, List<Path> pythons, Map<String, String> variables) {
    this.programs = programs;
    this.pythons =
        pythons.stream()
            .map(path -> Files.isDirectory(path) ? path.resolve("bin").resolve("python") : path)
            .toList();
    this.variables = tuned(variables);
  }

  @Override
  public Opened open(LoaderSetting setting, Duration timeout)
      throws Failure, IOException, InterruptedException {
    if (!setting.contender().isPython()) {
      return open(javaCommand(), VARIABLES, setting, timeout);
    }
    String program = programs.file(PROGRAM).toString();
    List<String> failures = new ArrayList<>();
    for (Path python : pythons) {
      try {
        return open(List.of(python.toString(), "-B", program), variables, setting, timeout);
      } catch (Failure e) {
        failures.add(e.getMessage());
      }
    }
    throw new Failure(why(setting.contender(), failures));
  }

  private static Opened open(
      List<String> command, Map<String, String> variables, LoaderSetting setting, Duration timeout)
      throws Failure, IOException, InterruptedException {
    Conversation conversation = new Conversation(command, variables, timeout);
    try {
      Answer answer = conversation.ask(Question.open(setting));
      return new Opened(conversation, String.valueOf(answer.versions()));
    } catch (Failure | InterruptedException e) {
      conversation.close();
      throw e;
    }
  }

  /**
   * Of all reasons the one that helps most: that a package could not be installed where it belongs,
   * then that it does not work, and last that there is none.
   */
  private String why(Contender contender, List<String> failures) {
    Stream<String> notes =
        pythons.stream()
            .flatMap(python -> NotInstalled.in(python).reason(contender.label()).stream())
            .map(NOT_INSTALLED::concat);
    Stream<String> broken = failures.stream().filter(failure -> !failure.startsWith(NOT_INSTALLED));
    return Stream.of(notes, broken, failures.stream())
        .flatMap(reasons -> reasons)
        .findFirst()
        .orElse("there is no Python to run it in");
  }

  private static Map<String, String> tuned(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(ChildProcess.TUNED_MALLOC);
    variables.put("OMP_NUM_THREADS", "1");
    variables.putAll(more);
    return Map.copyOf(variables);
  }

  private static List<String> javaCommand() {
    List<String> command = new ArrayList<>(JvmLaunch.likeThis().command(LoaderChild.class));
    // Behind the launcher's own, which they override.
    command.addAll(1 + command.indexOf("-Xms16m"), HEAP);
    return command;
  }
}
