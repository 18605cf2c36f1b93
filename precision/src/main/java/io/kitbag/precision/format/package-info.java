/**
 * Floating-point formats of deep learning as values: their ranges, and conversions to and from bit
 * patterns that round to nearest, ties to even.
 */
package io.kitbag.precision.format;
