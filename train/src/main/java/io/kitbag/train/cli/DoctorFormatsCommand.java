package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.precision.format.FloatFormat;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag doctor formats}: number formats side by side, and a number in each. */
@Command(
    name = "formats",
    sortOptions = false,
    description = {
      "Show the number formats side by side, and a number rounded to each.",
      "Epsilon is the distance of 1 to the next number. Rounding is to nearest, ties to even."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag doctor formats",
      "  kitbag doctor formats 0.1",
      "  kitbag doctor formats 2^-25",
      "  kitbag doctor formats -- -65520"
    })
final class DoctorFormatsCommand implements Runnable {
  private static final Pattern POWER = Pattern.compile("(-?)2\\^(-?\\d{1,4})");
  private static final String RANGES = "%-9s %4s %8s %8s %12s %12s %12s %12s";
  private static final String ROUNDED = "%-9s %-35s %-10s %-16s %s";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NUMBER",
      description = "The number to round, such as 0.1, 1e-8, 2^-24, 0x1.8p3, inf or nan.")
  private @Nullable String number;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(number == null ? ranges(null) : ranges(parse(number))));
      return;
    }
    out.println(
        RANGES.formatted(
            "format",
            "bits",
            "exponent",
            "fraction",
            "largest",
            "min normal",
            "min subnorm.",
            "epsilon"));
    FloatFormat.all().forEach(format -> out.println(row(format)));
    if (number != null) {
      double value = parse(number);
      out.println();
      out.println(
          ROUNDED.formatted("format", "sign, exponent, fraction", "hex", value, "relative error"));
      FloatFormat.all().forEach(format -> out.println(row(format, value)));
    }
  }

  private static String row(FloatFormat format) {
    return String.format(
        Locale.ROOT,
        RANGES,
        format,
        format.bits(),
        format.exponentBits(),
        format.fractionBits(),
        shortly(format.max()),
        shortly(format.minNormal()),
        shortly(format.minSubnormal()),
        shortly(format.epsilon()));
  }

  private static String row(FloatFormat format, double value) {
    int pattern = format.encode(value);
    double rounded = format.decode(pattern);
    return ROUNDED
        .formatted(
            format,
            format.binary(pattern),
            hex(format, pattern),
            String.format(Locale.ROOT, "%.9g", rounded),
            remark(format, value, rounded))
        .stripTrailing();
  }

  private static String remark(FloatFormat format, double value, double rounded) {
    if (rounded == value || Double.isNaN(value)) {
      return "exact";
    }
    if (!Double.isFinite(rounded)) {
      return "overflow";
    }
    String error = String.format(Locale.ROOT, "%.2g", Math.abs(rounded - value) / Math.abs(value));
    if (rounded == 0) {
      return error + " (flushed to zero)";
    }
    return format.isSubnormal(value) ? error + " (subnormal)" : error;
  }

  private ObjectNode ranges(@Nullable Double value) {
    ObjectNode node = Json.object();
    if (value != null) {
      node.put("number", value);
    }
    ArrayNode formats = node.putArray("formats");
    for (FloatFormat format : FloatFormat.all()) {
      ObjectNode row =
          formats
              .addObject()
              .put("name", format.name())
              .put("bits", format.bits())
              .put("exponentBits", format.exponentBits())
              .put("fractionBits", format.fractionBits())
              .put("max", format.max())
              .put("minNormal", format.minNormal())
              .put("minSubnormal", format.minSubnormal())
              .put("epsilon", format.epsilon());
      if (value != null) {
        int pattern = format.encode(value);
        row.put("pattern", hex(format, pattern)).put("rounded", format.decode(pattern));
      }
    }
    return node;
  }

  private static String hex(FloatFormat format, int pattern) {
    int digits = (format.bits() + 3) / 4;
    return "0x" + String.format(Locale.ROOT, "%08x", pattern).substring(8 - digits);
  }

  private static String shortly(double value) {
    return value >= 1e-3 && value < 1e6
        ? String.format(Locale.ROOT, "%.6g", value).replaceFirst("\\.?0+$", "")
        : String.format(Locale.ROOT, "%.4g", value);
  }

  private double parse(String text) {
    Matcher power = POWER.matcher(text);
    if (power.matches()) {
      double value = Math.pow(2, Integer.parseInt(power.group(2)));
      return power.group(1).isEmpty() ? value : -value;
    }
    try {
      return Double.parseDouble(
          text.replaceFirst("(?i)^([+-]?)inf(inity)?$", "$1Infinity")
              .replaceFirst("(?i)^nan$", "NaN"));
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(),
          "\"%s\" is not a number; write 0.1, 1e-8, 2^-24, 0x1.8p3, inf or nan".formatted(text),
          e);
    }
  }
}
