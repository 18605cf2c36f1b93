package io.kitbag.precision.internal.guard;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.NumericsGuard.Comparison;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.internal.graph.NumberFormat;
import io.kitbag.precision.script.ScriptModule;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Compares operations on a device with float64; see {@link Reference} for the bounds. */
public final class Float64Probe implements Probe {

  private final Device device;
  private final UnaryOperator<String> edit;
  private final Map<ComputeType, List<Reference>> references = new EnumMap<>(ComputeType.class);

  /** A probe of a device. */
  public Float64Probe(Device device) {
    this(device, UnaryOperator.identity());
  }

  /**
   * @param edit changes the text of what is computed, so that a test can make it wrong
   */
  Float64Probe(Device device, UnaryOperator<String> edit) {
    this.device = device;
    this.edit = edit;
  }

  @Override
  public Findings run(Policy policy, boolean gradients) {
    List<Operation> operations = Operation.ALL;
    List<Reference> right =
        references.computeIfAbsent(policy.compute(), type -> Reference.of(operations, type));
    NumberFormat format = NumberFormat.of(policy, device);
    String text = edit.apply(ProbeScript.of(operations, format, policy.layout()));
    Findings found = Findings.NONE;
    try (NDManager manager = TorchRuntime.newManager(device);
        ScriptModule script = ScriptModule.compile(manager, text)) {
      for (int i = 0; i < operations.size() && found.agree(); i++) {
        found = found.and(compare(i, operations.get(i), right.get(i), script, manager, gradients));
      }
    }
    return found;
  }

  private static Findings compare(
      int index,
      Operation operation,
      Reference reference,
      ScriptModule script,
      NDManager manager,
      boolean gradients) {
    List<double[]> results;
    try {
      results =
          gradients
              ? operation.gradients(index, script, manager, reference.inputs())
              : List.of(operation.forward(index, script, manager, reference.inputs()));
    } catch (EngineException e) {
      return Findings.NONE.and(
          new Comparison(operation.name() + " (" + reason(e) + ")", Double.POSITIVE_INFINITY, 0));
    }
    Findings found = Findings.NONE;
    for (int result = 0; result < results.size(); result++) {
      String what = operation.name() + (result == 0 ? "" : ", gradient of input " + result);
      double error = distance(results.get(result), reference.right().get(result));
      found = found.and(new Comparison(what, error, reference.allowed().get(result)));
    }
    return found;
  }

  /** PyTorch puts the reason below a trace of the script. */
  private static String reason(EngineException failure) {
    List<String> lines = String.valueOf(failure.getMessage()).strip().lines().toList();
    return lines.get(lines.size() - 1);
  }

  /** The largest difference; infinite if sizes differ, NaN if any value is. */
  private static double distance(double[] actual, double[] right) {
    if (actual.length != right.length) {
      return Double.POSITIVE_INFINITY;
    }
    double distance = 0;
    for (int i = 0; i < right.length; i++) {
      distance = Math.max(distance, Math.abs(actual[i] - right[i]));
    }
    return distance;
  }
}
