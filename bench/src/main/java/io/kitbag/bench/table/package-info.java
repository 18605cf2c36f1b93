/** Text tables of measurements. */
package io.kitbag.bench.table;
