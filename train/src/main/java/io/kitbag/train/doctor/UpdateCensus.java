package io.kitbag.train.doctor;

import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.train.doctor.DoctorReport.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the weights before and after steps. */
final class UpdateCensus {

  private final CompiledNetwork network;
  private final List<TensorSpec> specs;
  private final double[] ratios;
  private final long[] moved;
  private final long[] lost;
  private Map<String, HostTensor> before = Map.of();
  private int steps;

  UpdateCensus(CompiledNetwork network) {
    this.network = network;
    this.specs = network.trainedSpecs();
    this.ratios = new double[specs.size()];
    this.moved = new long[specs.size()];
    this.lost = new long[specs.size()];
  }

  void before() {
    before = network.values();
  }

  void after() {
    Map<String, HostTensor> after = network.values();
    for (int i = 0; i < specs.size(); i++) {
      String name = specs.get(i).name();
      compare(i, before.get(name).toFloats(), after.get(name).toFloats());
    }
    steps++;
    before = Map.of();
  }

  private void compare(int tensor, float[] old, float[] now) {
    double update = 0;
    double weight = 0;
    for (int i = 0; i < old.length; i++) {
      double change = (double) now[i] - old[i];
      update += change * change;
      weight += (double) old[i] * old[i];
      if (change != 0) {
        double half = FloatFormat.FP16.round(old[i]);
        moved[tensor]++;
        lost[tensor] += FloatFormat.FP16.round(half + change) == half ? 1 : 0;
      }
    }
    // Weights that are all 0, such as a γ that starts there, have no ratio.
    ratios[tensor] += weight == 0 ? 0 : Math.sqrt(update / weight);
  }

  List<Update> report() {
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      updates.add(
          new Update(
              specs.get(i).name(),
              ratios[i] / Math.max(1, steps),
              lost[i] / (double) Math.max(1, moved[i])));
    }
    return updates;
  }
}
