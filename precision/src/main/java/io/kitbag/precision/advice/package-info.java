/**
 * What can be said about a run's precision without guessing: which exponents its values have, which
 * loss scale they want, which of its products fit Tensor Cores, how far memory and arithmetic carry
 * it. Plain values; nothing here touches the engine except {@link
 * io.kitbag.precision.advice.MachinePeaks}.
 */
package io.kitbag.precision.advice;
