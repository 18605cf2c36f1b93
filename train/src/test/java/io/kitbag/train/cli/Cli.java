package io.kitbag.train.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** Runs the program inside the test and keeps what it printed. */
record Cli(int exitCode, String out, String err) {

  static Cli run(String... arguments) {
    return run(List.of(), arguments);
  }

  static Cli run(List<CommandProvider> more, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(more).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = Main.run(commandLine, arguments);
    return new Cli(exitCode, out.toString(), err.toString());
  }

  /** The last line of standard output. */
  String lastLine() {
    String[] lines = out.strip().split("\n");
    return lines[lines.length - 1];
  }
}
