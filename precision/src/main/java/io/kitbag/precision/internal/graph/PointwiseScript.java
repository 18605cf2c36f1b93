package io.kitbag.precision.internal.graph;

import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Size;

/**
 * TorchScript for a 1×1 convolution with more weights than pixels, as a product of matrices.
 *
 * <p>oneDNN brings the weights of a convolution into an order of its own in every call, forward and
 * twice backward. Where the weights outnumber the values they meet, as in the last stage of a
 * ResNet-50 at small batches, that costs as much as the arithmetic. In channels_last a 1×1
 * convolution is a matrix product over views of the same memory, which takes weights as they are.
 */
final class PointwiseScript {

  static final String METHODS =
      """
      def pointwise(self: __torch__.M, x: Tensor, w: Tensor, b: Optional[Tensor], most: int) -> Tensor:
        pixels = torch.floordiv(torch.numel(x), torch.size(x, 1))
        if torch.le(pixels, most):
          rows = torch.permute(x, [0, 2, 3, 1])
          y = torch.permute(torch.linear(rows, torch.flatten(w, 1, -1), b), [0, 3, 1, 2])
        else:
          y = torch.conv2d(x, w, b, [1, 1], [0, 0], [1, 1], 1)
        return y
      """;

  /**
   * Pixels of the batch, in units of in·out/(in + out), up to which the product was faster: on an
   * AMD EPYC with AVX-512 in PyTorch 2.0.1, forward and backward, 1.1 to 2.4 times as fast below.
   */
  private static final int FP32_UNITS = 1;

  private static final int REDUCED_UNITS = 3;

  private PointwiseScript() {}

  static boolean isFor(Conv2d op) {
    return op.kernel().equals(Size.square(1))
        && op.stride().equals(Size.square(1))
        && op.padding().equals(Size.square(0))
        && op.groups() == 1;
  }

  static String call(String x, String weight, String bias, Conv2d op, NumberFormat format) {
    int units = format.isCast() ? REDUCED_UNITS : FP32_UNITS;
    int most = (int) ((long) units * op.in() * op.out() / (op.in() + op.out()));
    return "(self).pointwise(%s, %s, %s, %d)".formatted(x, weight, bias, most);
  }
}
