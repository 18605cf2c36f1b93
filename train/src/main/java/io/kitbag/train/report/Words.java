package io.kitbag.train.report;

import java.util.Locale;

/** Numbers as a page shows them; what is not known is a dash. */
final class Words {
  private static final String UNKNOWN = "–";

  private Words() {}

  static String percent(double share) {
    return format("%.2f %%", 100 * share);
  }

  static String loss(double loss) {
    return format("%.4f", loss);
  }

  static String rate(double rate) {
    return format("%.3g", rate);
  }

  static String count(double count) {
    return format("%,.0f", count);
  }

  /** Whole epochs without decimals. */
  static String epochs(double epochs) {
    return format(epochs == Math.rint(epochs) ? "%.0f" : "%.2f", epochs);
  }

  /** As 12.3 s, 4 min 05 s or 2 h 03 min. */
  static String seconds(double seconds) {
    if (Double.isNaN(seconds) || seconds < 60) {
      return format("%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d min %02d s".formatted(whole / 60, whole % 60)
        : "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  private static String format(String format, double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
  }
}
