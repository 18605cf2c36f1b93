package io.kitbag.precision.internal.graph;

/** TorchScript for the numbers of {@link io.kitbag.models.DrawKey}: the same on every device. */
final class DropScript {

  /**
   * {@code uniform} gives a row of {@code n} numbers for each of {@code count} streams from {@code
   * first} on. The hash's second factor is taken modulo 2^32 into the negative, so that no product
   * leaves 64 bits.
   */
  static final String METHODS =
      """
      def uniform(self: __torch__.M, k: Tensor, first: int, count: int, n: int) -> Tensor:
        device = ops.prim.device(k)
        i = torch.arange(n, dtype=4, layout=None, device=device, pin_memory=None)
        s = torch.arange(first, torch.add(first, count), dtype=4, layout=None, device=device, pin_memory=None)
        x = (self).hash(torch.bitwise_xor(i, torch.select(k, 0, 0)))
        offsets = torch.unsqueeze(torch.add(torch.mul(s, 2654435769), torch.select(k, 0, 1)), 1)
        x = (self).hash(torch.bitwise_and(torch.add(x, offsets), 4294967295))
        return torch.mul(torch.to(torch.bitwise_right_shift(x, 8), 6), 5.9604644775390625e-08)
      def hash(self: __torch__.M, bits: Tensor) -> Tensor:
        x = torch.bitwise_xor(bits, torch.bitwise_right_shift(bits, 16))
        x = torch.bitwise_and(torch.mul(x, 2146121005), 4294967295)
        x = torch.bitwise_xor(x, torch.bitwise_right_shift(x, 15))
        x = torch.bitwise_and(torch.mul(x, -2073254261), 4294967295)
        return torch.bitwise_xor(x, torch.bitwise_right_shift(x, 16))
      """;

  private DropScript() {}

  static String uniform(String key, int first, int count, String n) {
    return "(self).uniform(%s, %s, %s, %s)".formatted(key, first, count, n);
  }

  /** 0 where a number is below the rate, else what keeps the mean. */
  static String factors(String uniform, double rate) {
    return "torch.mul(torch.to(torch.ge(%s, %s), 6), %s)"
        .formatted(uniform, OpScript.number(rate), OpScript.number((float) (1 / (1 - rate))));
  }
}
