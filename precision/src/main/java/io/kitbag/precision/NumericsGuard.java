package io.kitbag.precision;

import ai.djl.Device;
import io.kitbag.precision.internal.guard.Float64Probe;
import io.kitbag.precision.internal.guard.Probe;
import io.kitbag.precision.internal.guard.Probe.Findings;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out before training whether this machine computes right numbers: convolutions, a linear
 * layer and batch norm, forward and backward, against float64, in the type and layout about to be
 * used. Takes a fraction of a second.
 *
 * <p>The reason: on some virtual machines PyTorch 2.2 and later computes convolutions that are
 * wrong without any error, or crashes in channels_last (docs/engine-stacks.md). On CPU the guard
 * therefore starts with what is least risky, fp32 NCHW forward, and switches oneDNN off at the
 * first sign.
 */
public final class NumericsGuard {

  private static final Logger LOG = LoggerFactory.getLogger(NumericsGuard.class);

  private final Policy policy;
  private final Device device;
  private final Probe probe;
  private final Runnable oneDnnOff;

  NumericsGuard(Policy policy, Device device, Probe probe, Runnable oneDnnOff) {
    this.policy = policy;
    this.device = device;
    this.probe = probe;
    this.oneDnnOff = oneDnnOff;
  }

  /**
   * Compares, and on CPU switches oneDNN off for the whole process if that is needed for right
   * numbers. Same answer every time; no arrays are left. An emulated format is checked as the fp32
   * that it runs on.
   *
   * @throws NumericsException if numbers are wrong and nothing helps
   */
  public static Report check(Policy policy, Device device) {
    return new NumericsGuard(
            policy, device, new Float64Probe(device), () -> TorchRuntime.useOneDnn(false))
        .check();
  }

  Report check() {
    policy.requireSupportedOn(device);
    Findings found = compare();
    if (found.agree()) {
      return report(found, false);
    }
    if (device.isGpu()) {
      throw refusal(found, "Use fp32 or another engine stack (docs/engine-stacks.md).");
    }
    LOG.warn(
        "PyTorch {} computes wrong numbers on this processor: {}. Switching oneDNN off; convolutions"
            + " will be slower. ONEDNN_MAX_CPU_ISA=AVX2 or SSE41 in the environment may be right and"
            + " faster, see docs/engine-stacks.md.",
        TorchRuntime.torchVersion(),
        found.worst());
    try {
      oneDnnOff.run();
    } catch (UnsupportedOperationException | UnsatisfiedLinkError e) {
      throw refusal(
          found,
          "oneDNN could not be switched off (%s): set ONEDNN_MAX_CPU_ISA=SSE41 in the environment."
              .formatted(e.getMessage()));
    }
    found = compare();
    if (!found.agree()) {
      throw refusal(
          found,
          "Switching oneDNN off did not help: use another policy, another engine stack or another"
              + " machine (docs/engine-stacks.md).");
    }
    return report(found, true);
  }

  private Findings compare() {
    TorchRuntime.allowTf32(policy.compute() == ComputeType.TF32);
    Policy computed =
        policy.isEmulatedOn(device) ? Policy.fp32().withLayout(policy.layout()) : policy;
    if (device.isGpu()) {
      return probe.run(computed, true);
    }
    Findings found = probe.run(Policy.fp32(), false);
    if (found.agree()) {
      found = found.and(probe.run(Policy.fp32(), true));
    }
    boolean other = computed.compute() != ComputeType.FP32 || computed.layout() != Layout.NCHW;
    if (found.agree() && other) {
      found = found.and(probe.run(computed, true));
    }
    return found;
  }

  private Report report(Findings found, boolean oneDnnDisabled) {
    return new Report(
        policy, policy.isEmulatedOn(device), found.comparisons(), found.worst(), oneDnnDisabled);
  }

  private NumericsException refusal(Findings found, String advice) {
    return new NumericsException(
        "PyTorch %s computes wrong numbers on %s (%s %s): %s. %s"
            .formatted(
                TorchRuntime.torchVersion(),
                device,
                policy.compute().name().toLowerCase(Locale.ROOT),
                policy.layout().name().toLowerCase(Locale.ROOT),
                found.worst(),
                advice));
  }

  /**
   * One result beside its float64 value.
   *
   * @param what the operation, its shape, and which of its results
   * @param error largest difference in the tensor; infinite if the operation failed
   * @param allowed what rounding explains
   */
  public record Comparison(String what, double error, double allowed) {

    public boolean agrees() {
      return error <= allowed;
    }

    /** The error as a part of what is allowed; infinite if it is not a number. */
    public double share() {
      if (error == 0) {
        return 0;
      }
      return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / allowed;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s is off by %.2g where rounding allows %.2g", what, error, allowed);
    }
  }

  /**
   * What the guard found when numbers are right.
   *
   * @param emulated whether fp32 was checked because the type is emulated on it
   * @param comparisons how many results were compared
   * @param worst the comparison nearest to its bound
   * @param oneDnnDisabled whether the guard had to switch oneDNN off
   */
  public record Report(
      Policy policy, boolean emulated, int comparisons, Comparison worst, boolean oneDnnDisabled) {

    @Override
    public String toString() {
      return "%s %s: %d results agree with float64%s%s; nearest to its bound: %s"
          .formatted(
              policy.compute().name().toLowerCase(Locale.ROOT),
              policy.layout().name().toLowerCase(Locale.ROOT),
              comparisons,
              emulated ? " (in fp32, on which the type is emulated)" : "",
              oneDnnDisabled ? " with oneDNN switched off" : "",
              worst);
    }
  }
}
