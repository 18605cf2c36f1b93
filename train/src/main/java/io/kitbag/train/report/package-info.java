/**
 * Pictures and pages about runs, drawn without a screen.
 *
 * <p>{@link io.kitbag.train.report.HtmlRunPage} is the page of a run directory. Text from outside
 * is escaped by {@link io.kitbag.train.report.HtmlPage} and {@link io.kitbag.train.report.Svg}.
 */
package io.kitbag.train.report;
