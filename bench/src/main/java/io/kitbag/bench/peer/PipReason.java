package io.kitbag.bench.peer;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds in what pip has printed why it failed. */
final class PipReason {

  /** A compiler's first complaint, else an exception, else what could not be run. */
  private static final Pattern COMPILER = Pattern.compile(".*fatal error: .+");

  private static final Pattern EXCEPTION = Pattern.compile("[\\w.]*(Error|Exception): .+");
  private static final Pattern COMMAND = Pattern.compile("error: command .+");
  private static final Pattern PIP = Pattern.compile("ERROR: .+");

  private PipReason() {}

  /** One line; where nothing looks like a reason, the last one. */
  static String of(List<String> output) {
    List<String> lines =
        output.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return first(COMPILER, lines)
        // A later exception often follows from an earlier one, and says what the program made of
        // it.
        .or(() -> last(EXCEPTION, lines))
        .or(() -> first(COMMAND, lines))
        .or(() -> last(PIP, lines))
        .orElse(lines.isEmpty() ? "pip failed and said nothing" : lines.get(lines.size() - 1));
  }

  private static Optional<String> first(Pattern pattern, List<String> lines) {
    return lines.stream().filter(pattern.asMatchPredicate()).findFirst();
  }

  private static Optional<String> last(Pattern pattern, List<String> lines) {
    return lines.stream().filter(pattern.asMatchPredicate()).reduce((earlier, later) -> later);
  }
}
