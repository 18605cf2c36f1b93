package io.kitbag.train.report;

import java.util.Locale;

/**
 * A picture in SVG, made of a few shapes; text is escaped. Not thread-safe.
 *
 * <p>Not with the chart library that draws curves as {@link Charts}: that makes bitmaps here, in
 * which nothing can be pointed at, and pictures with a row for each layer or measurement have
 * values one wants to read.
 */
public final class Svg {

  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;
  private final String label;

  /** A picture; {@code label} says what it shows to those who cannot see it. */
  public Svg(double width, double height, String label) {
    this.width = width;
    this.height = height;
    this.label = label;
  }

  /** A rectangle; {@code style} has attributes of SVG. */
  public Svg rect(double x, double y, double w, double h, String style) {
    return element("<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' %s/>", x, y, w, h, style);
  }

  /** A rectangle that says something when pointed at. */
  public Svg rect(double x, double y, double w, double h, String style, String title) {
    return element(
        "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' %s><title>%s</title></rect>",
        x, y, w, h, style, escape(title));
  }

  /** A line. */
  public Svg line(double x1, double y1, double x2, double y2, String style) {
    return element("<line x1='%.2f' y1='%.2f' x2='%.2f' y2='%.2f' %s/>", x1, y1, x2, y2, style);
  }

  /** A line through points, of which there is at least one. */
  public Svg polyline(double[] xs, double[] ys, String style) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      // A format would take most of the time of a page with a few thousand points.
      points.append(i == 0 ? "" : " ").append(tenths(xs[i])).append(',').append(tenths(ys[i]));
    }
    return element("<polyline points='%s' %s/>", points, style);
  }

  private static double tenths(double value) {
    return Math.round(10 * value) / 10.0;
  }

  /** A disc that says something when pointed at. */
  public Svg dot(double x, double y, double radius, String style, String title) {
    return element(
        "<circle cx='%.2f' cy='%.2f' r='%.2f' %s><title>%s</title></circle>",
        x, y, radius, style, escape(title));
  }

  /**
   * Words.
   *
   * @param anchor {@code start}, {@code middle} or {@code end}
   */
  public Svg text(double x, double y, String anchor, String words) {
    return element(
        "<text x='%.2f' y='%.2f' text-anchor='%s'>%s</text>", x, y, anchor, escape(words));
  }

  private Svg element(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  /** Words as they may stand in markup and in its attributes. */
  public static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&quot;");
  }

  /** A file of its own, on white. */
  public String document() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%1$.0f' height='%2$.0f' viewBox='0 0 %1$.0f %2$.0f' role='img' aria-label='%3$s'>%n<style>text{font:13px system-ui,sans-serif;fill:#222}</style>%n<rect width='100%%' height='100%%' fill='#fff'/>%n",
            width,
            height,
            escape(label))
        + body
        + "</svg>\n";
  }

  /** An element of an HTML page, whose style it takes on. */
  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>%n",
            width,
            height,
            escape(label))
        + body
        + "</svg>\n";
  }
}
