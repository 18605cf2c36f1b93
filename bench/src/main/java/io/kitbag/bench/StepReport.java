package io.kitbag.bench;

import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.StepJson;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepTable;
import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** Where measured rows go: the table to the user, or JSON to a program and the table beside it. */
final class StepReport {

  private StepReport() {}

  /**
   * Prints rows.
   *
   * @param remarks lines under the table
   * @return the exit code: a failure if one of Kitbag's own rows is
   */
  static int print(
      CommandLine commandLine,
      Machine machine,
      List<StepRow> rows,
      List<String> remarks,
      boolean json) {
    StringBuilder table = new StringBuilder(new StepTable(machine).render(rows));
    remarks.forEach(remark -> table.append(remark).append('\n'));
    PrintWriter out = commandLine.getOut();
    if (json) {
      commandLine.getErr().print(table);
      commandLine.getErr().flush();
      out.println(new StepJson(machine).write(rows));
    } else {
      out.print(table);
    }
    out.flush();
    return rows.stream().allMatch(row -> row.error().isEmpty() || row.spec().execution().isPeer())
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }
}
