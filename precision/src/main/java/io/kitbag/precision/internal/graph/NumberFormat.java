package io.kitbag.precision.internal.graph;

import ai.djl.Device;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Policy;

/**
 * How a script brings values into the compute type.
 *
 * @param code PyTorch's dtype number: 5 half, 6 float, 15 bfloat16
 * @param emulated whether values are rounded to the type but kept in float
 */
public record NumberFormat(int code, boolean emulated) {

  private static final int FLOAT = 6;

  /** fp32, which needs no rounding. */
  static final NumberFormat FP32 = new NumberFormat(FLOAT, false);

  public static NumberFormat of(Policy policy, Device device) {
    return new NumberFormat(code(policy.compute()), policy.isEmulatedOn(device));
  }

  /** Computes in the type itself, for wherever the script will run. */
  public static NumberFormat of(ComputeType compute) {
    return new NumberFormat(code(compute), false);
  }

  private static int code(ComputeType compute) {
    return switch (compute) {
      case FP32, TF32 -> FLOAT;
      case BF16 -> 15;
      case FP16 -> 5;
    };
  }

  /** Whether values change their type, rather than none or only being rounded. */
  boolean isCast() {
    return code != FLOAT && !emulated;
  }

  /** A float value as an activation of the compute type. */
  public String activation(String value) {
    return code == FLOAT ? value : emulated ? rounded(value) : cast(value);
  }

  /** An fp32 master weight as the compute type sees it. */
  public String weight(String value) {
    return activation(value);
  }

  /** The result of an operation in the compute type, as it is stored. */
  public String stored(String value) {
    return emulated ? rounded(value) : value;
  }

  private String cast(String value) {
    return "torch.to(%s, %s)".formatted(value, code);
  }

  private String rounded(String value) {
    return "torch.to(torch.to(%s, %s), %s)".formatted(value, code, FLOAT);
  }
}
