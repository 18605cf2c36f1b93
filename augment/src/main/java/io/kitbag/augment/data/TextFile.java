package io.kitbag.augment.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that people write, in UTF-8. */
final class TextFile {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private TextFile() {}

  /** Opens a file, behind the byte order mark if it begins with one, as spreadsheets write it. */
  static BufferedReader open(Path file) throws IOException {
    BufferedReader in = Files.newBufferedReader(file);
    try {
      in.mark(1);
      if (in.read() != BYTE_ORDER_MARK) {
        in.reset();
      }
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
