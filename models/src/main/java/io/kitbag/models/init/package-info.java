/**
 * Initial values of a network's tensors, each a function of (scheme, seed, tensor name) alone, the
 * same on every JDK and machine.
 */
package io.kitbag.models.init;
