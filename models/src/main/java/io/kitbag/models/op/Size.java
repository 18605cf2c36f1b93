package io.kitbag.models.op;

/** A height and a width: of a kernel, a stride or a padding. */
public record Size(int height, int width) {

  public static Size square(int side) {
    return new Size(side, side);
  }

  /** Product of both. */
  public int area() {
    return height * width;
  }

  boolean isAtLeast(int smallest) {
    return height >= smallest && width >= smallest;
  }

  /** Such as {@code 1x7}. */
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
