package io.kitbag.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs the bench's commands inside a test and keeps what they print. */
final class BenchCli {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Returns the exit code. */
  int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** All of standard output. */
  String out() {
    return out.toString();
  }

  /** All of standard error. */
  String err() {
    return err.toString();
  }
}
