package io.kitbag.bench.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Rows as aligned text. A column in which no row has anything to say is left out.
 *
 * @param columns from left to right
 * @param <R> a row
 */
public record TextTable<R>(List<Column<R>> columns) {

  /** What a cell says that has nothing to say. */
  public static final String NONE = "-";

  private static final String GAP = "  ";

  /**
   * One column.
   *
   * @param title its first line
   * @param text whether cells are aligned to the left; numbers are to the right
   * @param cell the text for a row, or {@link #NONE}
   */
  public record Column<R>(String title, boolean text, Function<R, String> cell) {}

  public TextTable {
    columns = List.copyOf(columns);
  }

  /** A line of titles and one for each row, each ended. */
  public String render(List<R> rows) {
    List<Column<R>> filled = columns.stream().filter(column -> isFilled(column, rows)).toList();
    List<List<String>> cells = new ArrayList<>();
    cells.add(filled.stream().map(Column::title).toList());
    rows.forEach(
        row -> cells.add(filled.stream().map(column -> column.cell().apply(row)).toList()));
    int[] widths = new int[filled.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    cells.forEach(line -> text.append(line(filled, line, widths)).append('\n'));
    return text.toString();
  }

  private static <R> boolean isFilled(Column<R> column, List<R> rows) {
    return rows.isEmpty() || rows.stream().anyMatch(row -> !column.cell().apply(row).equals(NONE));
  }

  private static <R> String line(List<Column<R>> columns, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String fill = " ".repeat(widths[i] - cells.get(i).length());
      line.append(columns.get(i).text() ? cells.get(i) + fill : fill + cells.get(i)).append(GAP);
    }
    return line.toString().stripTrailing();
  }
}
