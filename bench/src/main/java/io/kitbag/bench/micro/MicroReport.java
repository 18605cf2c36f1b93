package io.kitbag.bench.micro;

import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.table.TextTable;
import io.kitbag.bench.table.TextTable.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows as a text table and as JSON.
 *
 * @param machine where they were measured
 */
public record MicroReport(Machine machine, List<MicroRow> rows) {

  private static final TextTable<MicroRow> TABLE =
      new TextTable<>(
          List.of(
              new Column<>("benchmark", true, MicroRow::benchmark),
              new Column<>(
                  "", true, row -> row.parameters().isEmpty() ? TextTable.NONE : row.parameters()),
              new Column<>("score", false, row -> format("%.2f", row.score())),
              new Column<>(
                  "error",
                  false,
                  row -> row.error() > 0 ? format("%.2f", row.error()) : TextTable.NONE),
              new Column<>("unit", true, MicroRow::unit),
              new Column<>(
                  "B/op",
                  false,
                  row -> row.bytesPerOp() < 0 ? TextTable.NONE : format("%.0f", row.bytesPerOp())),
              new Column<>("n", false, row -> Integer.toString(row.n()))));

  public MicroReport {
    rows = List.copyOf(rows);
  }

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  /** A line about the machine and a table. */
  public String text() {
    return machine.summary("") + "\n\n" + TABLE.render(rows);
  }

  /** An array of objects that can be compared. */
  public String json() {
    return JsonRows.array(rows.stream().map(this::fields).toList());
  }

  private Map<String, Object> fields(MicroRow row) {
    Map<String, Object> fields = new LinkedHashMap<>(row.fields());
    fields.put("versions", Map.of("kitbag", machine.kitbag(), "jdk", machine.jdk()));
    fields.put("hardware", machine.fields());
    return fields;
  }
}
