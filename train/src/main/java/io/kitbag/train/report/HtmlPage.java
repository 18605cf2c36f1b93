package io.kitbag.train.report;

import java.util.Locale;

/**
 * A page of HTML that needs nothing else: style and pictures are in it, and it may load and run
 * nothing. Values are escaped. Not thread-safe.
 */
public final class HtmlPage {

  private static final String HEAD =
      """
      <!doctype html>
      <html lang='en'><head><meta charset='utf-8'>
      <meta name='viewport' content='width=device-width, initial-scale=1'>
      <meta http-equiv='Content-Security-Policy' content="default-src 'none'; style-src 'unsafe-inline'">
      """;

  /** Colours are variables, so that a page may have others in the dark. */
  private static final String STYLE =
      """
      :root{--ink:#222;--quiet:#666;--paper:#fff;--rule:#ddd;--shade:#eef1f4}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:960px;margin:24px auto;padding:0 16px}
      h1{font-size:24px;margin:0 0 4px} h2{font-size:18px;margin:36px 0 8px;border-bottom:1px solid var(--rule);padding-bottom:4px}
      h3{font-size:15px;margin:20px 0 4px} p{margin:6px 0} .quiet{color:var(--quiet)}
      svg{width:100%;height:auto;display:block;margin:6px 0} svg text{fill:var(--ink)}
      table{border-collapse:collapse;width:100%;font-size:13px} td,th{text-align:left;padding:3px 8px 3px 0;border-bottom:1px solid var(--rule);vertical-align:top}
      th{color:var(--quiet);font-weight:600} td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      code{font:13px ui-monospace,monospace;background:var(--shade);padding:1px 5px;border-radius:3px}
      .wide{overflow-x:auto}
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  /**
   * An empty page.
   *
   * @param style CSS besides that of all pages
   */
  public HtmlPage(String title, String style) {
    add("<title>%s</title>", title);
    page.append("<style>\n").append(STYLE).append(style).append("</style></head><body>\n");
  }

  /** Adds markup, a format with values in it, which are escaped. */
  public HtmlPage add(String format, Object... values) {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = Svg.escape(String.valueOf(values[i]));
    }
    page.append(String.format(Locale.ROOT, format, escaped)).append('\n');
    return this;
  }

  /** Adds markup as it is. */
  public HtmlPage markup(String markup) {
    page.append(markup);
    return this;
  }

  /** The whole page. */
  @Override
  public String toString() {
    return page + "</body></html>\n";
  }
}
