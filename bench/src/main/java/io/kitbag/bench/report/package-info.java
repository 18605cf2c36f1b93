/**
 * Measurements kept and compared: result files, regressions, dated reports.
 *
 * <p>Start with {@link io.kitbag.bench.report.Regressions}.
 */
package io.kitbag.bench.report;
