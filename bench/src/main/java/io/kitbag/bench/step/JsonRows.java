package io.kitbag.bench.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Rows for programs. */
public final class JsonRows {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private JsonRows() {}

  /** An array of objects, one a line. */
  public static String array(List<? extends Map<String, ?>> rows) {
    StringJoiner array = new StringJoiner(",\n", "[\n", "\n]");
    try {
      for (Map<String, ?> row : rows) {
        array.add(JSON.writeValueAsString(row));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers can be written as JSON", e);
    }
    return array.toString();
  }
}
