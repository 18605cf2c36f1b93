/**
 * TorchScript written by Java: the way to every PyTorch operator without native code of our own.
 *
 * <p>A {@link io.kitbag.precision.script.ScriptModule} is compiled from the text of its methods in
 * TorchScript's serialised dialect, where every operator is {@code torch.<aten name>(...)}. One
 * call runs a whole method natively; intermediates die there.
 */
package io.kitbag.precision.script;
