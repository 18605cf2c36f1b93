package io.kitbag.precision.internal.guard;

import java.util.List;

/** A convolution of square kernels, padded by half a kernel; a linear layer is one of 1 × 1. */
record ConvolutionOracle(
    int batch, int channels, int height, int width, int outputs, int kernel, int stride, int groups)
    implements Oracle {

  int outputHeight() {
    return (height - 1) / stride + 1;
  }

  int outputWidth() {
    return (width - 1) / stride + 1;
  }

  int padding() {
    return kernel / 2;
  }

  @Override
  public Expected of(List<float[]> inputs) {
    Sums sums = new Sums(inputs.get(0), inputs.get(1), inputs.get(2));
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < outputs; o++) {
        for (int y = 0; y < outputHeight(); y++) {
          for (int x = 0; x < outputWidth(); x++) {
            window(n, o, y, x, sums);
          }
        }
      }
    }
    int area = kernel * kernel;
    return new Expected(
        List.of(sums.output, sums.inputGradient, sums.weightGradient),
        List.of(
            channels / groups * area,
            outputs / groups * area,
            batch * outputHeight() * outputWidth()),
        List.of(
            Oracle.largest(sums.absoluteOutput),
            Oracle.largest(sums.absoluteInputGradient),
            Oracle.largest(sums.absoluteWeightGradient)));
  }

  /** All products that one value of the output takes part in. */
  private void window(int n, int o, int y, int x, Sums sums) {
    int groupChannels = channels / groups;
    int first = o / (outputs / groups) * groupChannels;
    int out = ((n * outputs + o) * outputHeight() + y) * outputWidth() + x;
    for (int c = 0; c < groupChannels; c++) {
      for (int ky = 0; ky < kernel; ky++) {
        int row = y * stride - padding() + ky;
        for (int kx = 0; kx < kernel; kx++) {
          int column = x * stride - padding() + kx;
          if (row >= 0 && row < height && column >= 0 && column < width) {
            sums.add(
                ((n * channels + first + c) * height + row) * width + column,
                ((o * groupChannels + c) * kernel + ky) * kernel + kx,
                out);
          }
        }
      }
    }
  }

  private static final class Sums {

    private final float[] input;
    private final float[] weight;
    private final float[] gradient;
    private final double[] output;
    private final double[] inputGradient;
    private final double[] weightGradient;
    private final double[] absoluteOutput;
    private final double[] absoluteInputGradient;
    private final double[] absoluteWeightGradient;

    Sums(float[] input, float[] weight, float[] gradient) {
      this.input = input;
      this.weight = weight;
      this.gradient = gradient;
      output = new double[gradient.length];
      inputGradient = new double[input.length];
      weightGradient = new double[weight.length];
      absoluteOutput = new double[gradient.length];
      absoluteInputGradient = new double[input.length];
      absoluteWeightGradient = new double[weight.length];
    }

    void add(int in, int w, int out) {
      double forward = (double) input[in] * weight[w];
      double toInput = (double) gradient[out] * weight[w];
      double toWeight = (double) gradient[out] * input[in];
      output[out] += forward;
      inputGradient[in] += toInput;
      weightGradient[w] += toWeight;
      absoluteOutput[out] += Math.abs(forward);
      absoluteInputGradient[in] += Math.abs(toInput);
      absoluteWeightGradient[w] += Math.abs(toWeight);
    }
  }
}
