package io.kitbag.models.op;

/** How many windows fit along one axis. */
final class Windows {

  private Windows() {}

  static int floor(int size, int kernel, int stride, int padding) {
    return Math.floorDiv(size + 2 * padding - kernel, stride) + 1;
  }

  /**
   * Ceiling mode, where a last window that would start in the right padding is dropped (PyTorch).
   */
  static int ceil(int size, int kernel, int stride, int padding) {
    int windows = Math.floorDiv(size + 2 * padding - kernel + stride - 1, stride) + 1;
    return (windows - 1) * stride >= size + padding ? windows - 1 : windows;
  }

  static int count(int size, int kernel, int stride, int padding, boolean ceilMode) {
    return ceilMode ? ceil(size, kernel, stride, padding) : floor(size, kernel, stride, padding);
  }
}
