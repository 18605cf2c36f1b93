package io.kitbag.precision.internal.guard;

import java.util.List;

/**
 * Normalisation over groups of an image's channels (Wu and He, arXiv 1803.08494). Its output and
 * input gradient are no plain sums of products: their largest values stand for those.
 */
record GroupNormOracle(int batch, int channels, int groups, int area, double epsilon)
    implements Oracle {

  @Override
  public Expected of(List<float[]> inputs) {
    float[] x = inputs.get(0);
    float[] scale = inputs.get(1);
    float[] gradient = inputs.get(3);
    double[] output = new double[x.length];
    double[] inputGradient = new double[x.length];
    double[] scaleGradient = new double[channels];
    double[] shiftGradient = new double[channels];
    double[] scaleSums = new double[channels];
    double[] shiftSums = new double[channels];
    int members = channels / groups * area;
    for (int group = 0; group < batch * groups; group++) {
      double sum = 0;
      double squares = 0;
      for (int i = group * members; i < (group + 1) * members; i++) {
        sum += x[i];
        squares += (double) x[i] * x[i];
      }
      double mean = sum / members;
      double inverseStd = 1 / Math.sqrt(squares / members - mean * mean + epsilon);
      double all = 0;
      double along = 0;
      for (int i = group * members; i < (group + 1) * members; i++) {
        int c = i / area % channels;
        double normalized = (x[i] - mean) * inverseStd;
        output[i] = scale[c] * normalized + inputs.get(2)[c];
        scaleGradient[c] += gradient[i] * normalized;
        scaleSums[c] += Math.abs(gradient[i] * normalized);
        shiftGradient[c] += gradient[i];
        shiftSums[c] += Math.abs(gradient[i]);
        all += (double) gradient[i] * scale[c];
        along += gradient[i] * scale[c] * normalized;
      }
      for (int i = group * members; i < (group + 1) * members; i++) {
        double normalized = (x[i] - mean) * inverseStd;
        inputGradient[i] =
            inverseStd
                * ((double) gradient[i] * scale[i / area % channels]
                    - all / members
                    - normalized * along / members);
      }
    }
    int terms = Math.max(members, batch * area);
    return new Expected(
        List.of(output, inputGradient, scaleGradient, shiftGradient),
        List.of(terms, terms, terms, terms),
        List.of(
            Oracle.largest(output),
            Oracle.largest(inputGradient),
            Oracle.largest(scaleSums),
            Oracle.largest(shiftSums)));
  }
}
