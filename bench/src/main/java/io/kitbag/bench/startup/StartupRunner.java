package io.kitbag.bench.startup;

import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.JvmLaunch;
import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Starts each configuration in a process of its own, and tells it when. */
public final class StartupRunner implements Rounds.Runner<StartupSpec, StartupMeasurement> {

  private static final String PROGRAM = "startup.py";
  private static final String STARTED_AT = "KITBAG_STARTED_AT";

  private final StartupSettings settings;
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
  public StartupRunner(
      StartupSettings settings,
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
  public StartupMeasurement run(StartupSpec spec) throws ChildException, InterruptedException {
    ChildProcess process =
        spec.isPeer()
            ? programs
                .process(Python.usable(spec.python(), pythons), PROGRAM, timeout)
                .with(ChildProcess.TUNED_MALLOC)
                .with(variables)
            : JvmLaunch.likeThis().child(StartupChild.class, timeout);
    StartupReply reply =
        process
            .with(Map.of(STARTED_AT, Double.toString(now())))
            .ask(StartupQuestion.of(spec, settings), StartupReply.class);
    if (reply.measurement() == null) {
      throw new ChildException(String.valueOf(reply.error()));
    }
    return reply.measurement();
  }

  /** Seconds since 1970, as Python's {@code time.time()}: both processes read the same clock. */
  static double now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) / 1e6;
  }

  /** When this process was started, by the clock of {@link #now}. */
  static double startedAt() {
    return Double.parseDouble(System.getenv(STARTED_AT));
  }
}
