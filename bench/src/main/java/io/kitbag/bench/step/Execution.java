package io.kitbag.bench.step;

/** A way to run a network. */
public enum Execution {
  /** {@link io.kitbag.precision.CompiledNetwork}: the whole forward pass is one native call. */
  COMPILED("compiled"),
  /** {@link io.kitbag.models.NetworkBlock}: DJL's operators, intermediates closed after use. */
  PLAIN("plain"),
  /**
   * DJL's operators with every intermediate alive until the step ends, as in a network composed of
   * DJL's own layers.
   */
  PLAIN_KEEPING("plain-keeping"),
  /** PyTorch in Python, operator by operator, with autocast in reduced formats. */
  TORCH("torch"),
  /** The same through {@code torch.compile}. */
  TORCH_COMPILE("torch-compile");

  private final String label;

  Execution(String label) {
    this.label = label;
  }

  /** The name on the command line and in reports. */
  public String label() {
    return label;
  }

  /** Whether it runs operator by operator in Java, which means fp32 and NCHW. */
  public boolean isPlain() {
    return this == PLAIN || this == PLAIN_KEEPING;
  }

  /** Whether it is another program than Kitbag. */
  public boolean isPeer() {
    return this == TORCH || this == TORCH_COMPILE;
  }
}
