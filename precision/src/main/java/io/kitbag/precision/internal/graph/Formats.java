package io.kitbag.precision.internal.graph;

import ai.djl.Device;
import io.kitbag.precision.Policy;
import java.util.Set;

/**
 * In which formats the nodes of a network compute.
 *
 * @param format of those that PyTorch's autocast runs in lower precision
 * @param fp32Nodes names of nodes that compute in fp32 nevertheless
 */
public record Formats(NumberFormat format, Set<String> fp32Nodes) {

  public static Formats of(Policy policy, Device device) {
    return new Formats(NumberFormat.of(policy, device), policy.fp32Nodes());
  }

  /** One format for all. */
  public static Formats all(NumberFormat format) {
    return new Formats(format, Set.of());
  }
}
