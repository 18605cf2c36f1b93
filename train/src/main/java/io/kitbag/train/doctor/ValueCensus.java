package io.kitbag.train.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.kitbag.models.TensorSpec;
import io.kitbag.precision.NetworkTrace;
import io.kitbag.precision.advice.ExponentHistogram;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.train.doctor.DoctorReport.Exponents;
import io.kitbag.train.loop.Rehearsal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the exponents of all values and gradients of some batches, at loss scale 1 and as if the
 * whole batch had been looked at.
 */
final class ValueCensus {

  private final Map<String, ExponentHistogram> activations = new LinkedHashMap<>();
  private final Map<String, ExponentHistogram> weights = new LinkedHashMap<>();
  private final Map<String, ExponentHistogram> gradientsOfActivations = new LinkedHashMap<>();
  private final Map<String, ExponentHistogram> gradientsOfWeights = new LinkedHashMap<>();

  /**
   * Adds a batch.
   *
   * @param imagesNchw some images of it
   * @param batchSize how many images the whole of it has
   * @param accumulate how many such batches make a step
   */
  void add(
      Rehearsal rehearsal,
      NetworkTrace trace,
      int step,
      NDArray imagesNchw,
      NDArray targets,
      int batchSize,
      int accumulate) {
    // A mean over fewer images has larger gradients of each image's values; those of weights are
    // means either way.
    double part = (double) imagesNchw.getShape().get(0) / batchSize;
    NetworkTrace.Gradients gradients =
        rehearsal.gradients(
            trace,
            step,
            imagesNchw,
            targets,
            part / accumulate,
            forward ->
                forward.values().forEach((node, value) -> count(activations, node, value, 1)));
    gradients
        .ofValues()
        .forEach((node, gradient) -> count(gradientsOfActivations, node, gradient, 1));
    NDList parameters = rehearsal.network().trained();
    List<TensorSpec> specs = trace.parameters();
    for (int i = 0; i < specs.size(); i++) {
      String name = specs.get(i).name();
      count(weights, name, parameters.get(i), 1);
      count(gradientsOfWeights, name, gradients.ofParameters().get(i), 1 / part);
    }
  }

  private static void count(
      Map<String, ExponentHistogram> into, String name, NDArray array, double factor) {
    float[] values = array.toFloatArray();
    if (factor != 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= (float) factor;
      }
    }
    into.computeIfAbsent(name, any -> new ExponentHistogram()).add(values);
  }

  /** Gradients of results and of parameters; no name is in both. */
  Map<String, ExponentHistogram> gradients() {
    Map<String, ExponentHistogram> all = new LinkedHashMap<>(gradientsOfActivations);
    all.putAll(gradientsOfWeights);
    return all;
  }

  /** All gradients together. */
  ExponentHistogram allGradients() {
    ExponentHistogram all = new ExponentHistogram();
    gradients().values().forEach(all::add);
    return all;
  }

  Map<String, ExponentHistogram> activations() {
    return activations;
  }

  Map<String, ExponentHistogram> weights() {
    return weights;
  }

  Map<String, ExponentHistogram> gradientsOfActivations() {
    return gradientsOfActivations;
  }

  Map<String, ExponentHistogram> gradientsOfWeights() {
    return gradientsOfWeights;
  }

  static List<Exponents> report(Map<String, ExponentHistogram> histograms) {
    return histograms.entrySet().stream().map(e -> report(e.getKey(), e.getValue())).toList();
  }

  static Exponents report(String name, ExponentHistogram histogram) {
    return new Exponents(name, histogram.counts(), histogram.in(FloatFormat.FP16, 0));
  }
}
