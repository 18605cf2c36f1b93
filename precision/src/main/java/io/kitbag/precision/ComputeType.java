package io.kitbag.precision;

/** The number format in which convolutions and linear layers compute. */
public enum ComputeType {
  /** IEEE single precision throughout. */
  FP32,
  /** Single precision storage, products rounded to 10 mantissa bits in NVIDIA Tensor Cores. */
  TF32,
  /** 8 exponent and 7 mantissa bits: the range of fp32, no loss scaling needed. */
  BF16,
  /** IEEE half precision, 5 exponent and 10 mantissa bits: wants loss scaling. */
  FP16;

  /** Whether activations are stored in two bytes. */
  public boolean isReduced() {
    return this == BF16 || this == FP16;
  }

  /** Relative distance of neighbouring numbers: a correctly rounded value is off by half of it. */
  public double epsilon() {
    return switch (this) {
      case FP32 -> 0x1p-23;
      case TF32, FP16 -> 0x1p-10;
      case BF16 -> 0x1p-7;
    };
  }
}
