package io.kitbag.precision.advice;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a CUDA kernel tells about Tensor Cores. The fragments are those of NVIDIA's
 * PyProf ({@code tc.py}) and of public profiler traces; see {@code docs/how-to/doctor.md}.
 *
 * @param generation the architecture the kernel was written for; it may run on a later one
 * @param tensorCores whether it computes on Tensor Cores
 * @param remark what to know about it; empty if nothing
 */
public record KernelName(Generation generation, boolean tensorCores, String remark) {

  /** Architectures with Tensor Cores. */
  public enum Generation {
    VOLTA,
    TURING,
    AMPERE,
    HOPPER,
    BLACKWELL,
    UNKNOWN
  }

  private record Rule(Pattern pattern, Generation generation, boolean tensorCores, String remark) {}

  /** The first that is found in the name decides, so exceptions come first. */
  private static final List<Rule> RULES =
      List.of(
          rule(
              "nchwtonhwc|nhwctonchw",
              Generation.UNKNOWN,
              false,
              "transposes the layout; channels_last saves it"),
          rule("tf32f32|f32f32_tf32|tf32", null, true, "TF32"),
          rule(
              "f32f32_f32f32|_ffma|ffma_|sgemm|scudnn",
              null,
              false,
              "fp32 on plain units, though xmma in a name suggests otherwise"),
          rule("sm90.*gmma|warpgroup|nvjet|sm90.*tensorop", Generation.HOPPER, true, ""),
          rule("sm100.*(tensorop|umma)", Generation.BLACKWELL, true, ""),
          rule("[sh]884|884gemm|884cudnn", Generation.VOLTA, true, ""),
          rule("16816|16x8x16|sm80_xmma|cutlass_80_tensorop", Generation.AMPERE, true, ""),
          rule("[shc]1688|i8816", Generation.TURING, true, ""),
          rule(
              "hmma|imma|tensorop|xmma_implicit_gemm|xmma_gemm|dgrad_1x1_stride_2x2"
                  + "|first_layer_wgrad_kernel|conv1x1|conv2d_c1_k1|direct_group",
              null,
              true,
              ""));

  private static Rule rule(
      String pattern, @Nullable Generation generation, boolean tensorCores, String remark) {
    return new Rule(
        Pattern.compile(pattern),
        generation == null ? Generation.UNKNOWN : generation,
        tensorCores,
        remark);
  }

  /** Reads a name as nsys and ncu print it. */
  public static KernelName of(String kernel) {
    String name = kernel.toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (rule.pattern().matcher(name).find()) {
        Generation generation =
            rule.generation() == Generation.UNKNOWN ? architecture(name) : rule.generation();
        return new KernelName(generation, rule.tensorCores(), rule.remark());
      }
    }
    return new KernelName(architecture(name), false, "");
  }

  private static Generation architecture(String name) {
    if (name.contains("sm100") || name.contains("sm120")) {
      return Generation.BLACKWELL;
    }
    if (name.contains("sm90")) {
      return Generation.HOPPER;
    }
    if (name.contains("sm80")
        || name.contains("sm86")
        || name.contains("ampere")
        || name.contains("_80_")) {
      return Generation.AMPERE;
    }
    if (name.contains("sm75") || name.contains("turing")) {
      return Generation.TURING;
    }
    return name.contains("volta") || name.contains("sm70") ? Generation.VOLTA : Generation.UNKNOWN;
  }
}
