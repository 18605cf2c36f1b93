package io.kitbag.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.table.TextTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  private static final TextTable<String> TABLE =
      new TextTable<>(
          List.of(
              new Column<>("word", true, word -> word),
              new Column<>("length", false, word -> Integer.toString(word.length())),
              new Column<>("missing", false, word -> TextTable.NONE)));

  @Test
  void alignsAndLeavesOutWhatSaysNothing() {
    assertThat(TABLE.render(List.of("a", "conductor")))
        .isEqualTo(
            """
            word       length
            a               1
            conductor       9
            """);
  }

  @Test
  void withoutRowsAllTitlesRemain() {
    assertThat(TABLE.render(List.of())).isEqualTo("word  length  missing\n");
  }
}
