package io.kitbag.precision.advice;

/**
 * What a format makes of some values that are not 0, as shares of 1.
 *
 * @param flushed become 0
 * @param subnormal keep less than all fraction bits
 * @param normal keep all of them
 * @param overflowing become infinite, or were not finite
 */
public record RangeShares(double flushed, double subnormal, double normal, double overflowing) {}
