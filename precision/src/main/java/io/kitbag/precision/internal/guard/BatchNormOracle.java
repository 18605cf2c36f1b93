package io.kitbag.precision.internal.guard;

import java.util.List;

/**
 * Batch norm with the statistics of the batch (Ioffe and Szegedy, arXiv 1502.03167). Its output and
 * input gradient are no plain sums of products: their largest values stand for those.
 */
record BatchNormOracle(int batch, int channels, int area, double epsilon) implements Oracle {

  @Override
  public Expected of(List<float[]> inputs) {
    float[] input = inputs.get(0);
    float[] gradient = inputs.get(3);
    double[] output = new double[input.length];
    double[] inputGradient = new double[input.length];
    double[] scaleGradient = new double[channels];
    double[] shiftGradient = new double[channels];
    double largestScaleSum = 0;
    double largestShiftSum = 0;
    int count = batch * area;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < count; i++) {
        double value = input[index(c, i)];
        sum += value;
        squares += value * value;
      }
      double mean = sum / count;
      double inverseStd = 1 / Math.sqrt(squares / count - mean * mean + epsilon);
      double scaleSum = 0;
      double shiftSum = 0;
      for (int i = 0; i < count; i++) {
        double g = gradient[index(c, i)];
        double normalized = (input[index(c, i)] - mean) * inverseStd;
        scaleGradient[c] += g * normalized;
        shiftGradient[c] += g;
        scaleSum += Math.abs(g * normalized);
        shiftSum += Math.abs(g);
      }
      largestScaleSum = Math.max(largestScaleSum, scaleSum);
      largestShiftSum = Math.max(largestShiftSum, shiftSum);
      double scale = inputs.get(1)[c];
      for (int i = 0; i < count; i++) {
        int index = index(c, i);
        double normalized = (input[index] - mean) * inverseStd;
        output[index] = scale * normalized + inputs.get(2)[c];
        inputGradient[index] =
            scale
                * inverseStd
                * (gradient[index]
                    - shiftGradient[c] / count
                    - normalized * scaleGradient[c] / count);
      }
    }
    return new Expected(
        List.of(output, inputGradient, scaleGradient, shiftGradient),
        List.of(count, count, count, count),
        List.of(
            Oracle.largest(output),
            Oracle.largest(inputGradient),
            largestScaleSum,
            largestShiftSum));
  }

  /** Where the i-th value of a channel lies, over the images of the batch. */
  private int index(int channel, int i) {
    return (i / area * channels + channel) * area + i % area;
  }
}
