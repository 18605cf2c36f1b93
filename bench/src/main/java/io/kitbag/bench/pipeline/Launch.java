package io.kitbag.bench.pipeline;

import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.JvmLaunch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts the contenders: JVMs like this one, and Python with the program of {@code bench/peers}.
 */
final class Launch implements PipelineBench.Processes {
  private static final String PROGRAM = "pipeline.py";

  /** What {@code ./kitbag} sets; without it Python's loaders wait for fresh pages. */
  private static final Map<String, String> VARIABLES = variables();

  /** Room for the garbage of a JPEG reader, so that collecting it does not decide the times. */
  private static final List<String> HEAP = List.of("-Xms512m", "-Xmn256m");

  private final Path python;

  /**
   * A launch.
   *
   * @param python an executable, or the folder of a virtual environment
   */
  Launch(Path python) {
    this.python = Files.isDirectory(python) ? python.resolve("bin").resolve("python") : python;
  }

  @Override
  public Conversation start(Contender contender, Duration timeout)
      throws Conversation.Failure, IOException {
    return new Conversation(
        contender.isPython() ? pythonCommand() : javaCommand(), VARIABLES, timeout);
  }

  private static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(ChildProcess.TUNED_MALLOC);
    variables.put("OMP_NUM_THREADS", "1");
    return Map.copyOf(variables);
  }

  private static List<String> javaCommand() {
    List<String> command = new ArrayList<>(JvmLaunch.likeThis().command(LoaderChild.class));
    // Behind the launcher's own, which they override.
    command.addAll(1 + command.indexOf("-Xms16m"), HEAP);
    return command;
  }

  private List<String> pythonCommand() throws IOException {
    Path program = Files.createTempFile("kitbag-", "-" + PROGRAM);
    program.toFile().deleteOnExit();
    try (InputStream text =
        Launch.class.getResourceAsStream("/io/kitbag/bench/peer/programs/" + PROGRAM)) {
      Files.write(program, text.readAllBytes());
    }
    return List.of(python.toString(), "-B", program.toString());
  }
}
