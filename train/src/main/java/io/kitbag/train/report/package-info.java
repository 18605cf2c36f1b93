/** Pictures and pages about runs, drawn without a screen. */
package io.kitbag.train.report;
