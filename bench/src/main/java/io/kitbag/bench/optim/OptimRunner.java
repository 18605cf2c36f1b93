package io.kitbag.bench.optim;

import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.JvmLaunch;
import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Measures each configuration in a process of its own. */
public final class OptimRunner implements Rounds.Runner<OptimSpec, OptimMeasurement> {

  private static final String PROGRAM = "optim.py";
  private static final String TENSORS = "optim.safetensors";

  private final OptimSettings settings;
  private final PeerPrograms programs;
  private final List<Python> pythons;
  private final Map<String, String> variables;
  private final Duration timeout;

  /**
   * A runner.
   *
   * @param programs stays open as long as this is used
   * @param variables of the environment of each Python
   * @param timeout after which a process is killed
   */
  public OptimRunner(
      OptimSettings settings,
      PeerPrograms programs,
      List<Python> pythons,
      Map<String, String> variables,
      Duration timeout) {
    this.settings = settings;
    this.programs = programs;
    this.pythons = List.copyOf(pythons);
    this.variables = Map.copyOf(variables);
    this.timeout = timeout;
  }

  @Override
  public OptimMeasurement run(OptimSpec spec) throws ChildException, InterruptedException {
    OptimReply reply =
        spec.program().isPeer()
            ? python(spec)
                .ask(OptimQuestion.of(spec, settings, tensors().toString()), OptimReply.class)
            : JvmLaunch.likeThis()
                .child(OptimChild.class, timeout)
                .ask(OptimQuestion.of(spec, settings, ""), OptimReply.class);
    if (reply.measurement() == null) {
      throw new ChildException(String.valueOf(reply.error()));
    }
    return reply.measurement();
  }

  private ChildProcess python(OptimSpec spec) throws ChildException {
    return programs
        .process(Python.usable(spec.python(), pythons), PROGRAM, timeout)
        .with(ChildProcess.TUNED_MALLOC)
        .with(variables);
  }

  private Path tensors() {
    Path file = programs.file(TENSORS);
    if (!Files.exists(file)) {
      try {
        OptimWork.of(settings.model(), settings.seed()).write(file);
      } catch (IOException e) {
        throw new UncheckedIOException("%s cannot be written".formatted(file), e);
      }
    }
    return file;
  }
}
