package io.kitbag.bench.startup;

import io.kitbag.bench.step.Labels;

/** What a process does before and in its first step, in this order. */
public enum Phase {
  /** The virtual machine, or the interpreter, up to the program's first line. */
  RUNTIME,
  /** Loading PyTorch: through DJL, or {@code import torch, torchvision, timm}. */
  ENGINE,
  /** {@link io.kitbag.precision.NumericsGuard}; PyTorch has nothing like it. */
  GUARD,
  /** The network's description, first weights and a batch of images. */
  NETWORK,
  /** Scripts of the network, the loss and the optimizer; nothing in eager PyTorch. */
  COMPILE,
  /** The first training step or prediction. */
  FIRST,
  /** One more, for comparison; it does not count. */
  SECOND;

  /** In lower case. */
  public String label() {
    return Labels.of(this);
  }
}
