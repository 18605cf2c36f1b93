package io.kitbag.models.internal.torchfile;

import io.kitbag.models.weights.HostTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor as a pickle describes it: every index it can reach lies in its storage.
 *
 * @param offset index of the first element
 * @param sizes at least 0 each
 * @param strides distance of neighbours along each axis, in elements, at least 0
 */
record TensorView(Storage storage, long offset, List<Integer> sizes, List<Long> strides) {

  /** Deeper than any tensor; PyTorch itself allows 64 axes in some operators. */
  private static final int MAX_AXES = 64;

  static TensorView of(List<Object> arguments) throws Malformed {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)
        || !(arguments.get(2) instanceof Tuple sizes)
        || !(arguments.get(3) instanceof Tuple strides)
        || sizes.items().size() != strides.items().size()
        || sizes.items().size() > MAX_AXES) {
      throw new Malformed("a tensor is not described by storage, offset, sizes and strides");
    }
    List<Integer> axes = new ArrayList<>();
    for (long size : numbers(sizes)) {
      if (size > Integer.MAX_VALUE) {
        throw new Malformed("a tensor has %d elements along one axis".formatted(size));
      }
      axes.add((int) size);
    }
    TensorView view = new TensorView(storage, offset, axes, numbers(strides));
    view.requireWithinStorage();
    return view;
  }

  private static List<Long> numbers(Tuple tuple) throws Malformed {
    List<Long> numbers = new ArrayList<>();
    for (Object item : tuple.items()) {
      if (!(item instanceof Long number) || number < 0) {
        throw new Malformed("a size or stride of a tensor is not a number of at least 0");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private void requireWithinStorage() throws Malformed {
    long elements = 1;
    long last = offset;
    try {
      for (int axis = 0; axis < sizes.size(); axis++) {
        elements = Math.multiplyExact(elements, sizes.get(axis));
        last =
            Math.addExact(
                last, Math.multiplyExact(Math.max(0, sizes.get(axis) - 1L), strides.get(axis)));
      }
    } catch (ArithmeticException e) {
      throw new Malformed("a tensor of sizes %s is too large".formatted(sizes));
    }
    if (offset < 0 || elements > 0 && last >= storage.elements()) {
      throw new Malformed(
          "a tensor of sizes %s and strides %s at %d reaches beyond its storage of %d elements"
              .formatted(sizes, strides, offset, storage.elements()));
    }
    if (elements > storage.elements()) {
      throw new Malformed(
          "a tensor of sizes %s shows its storage of %d elements more than once"
              .formatted(sizes, storage.elements()));
    }
  }

  /** Whether the elements lie one after another in row-major order. */
  boolean isContiguous() {
    long expected = 1;
    for (int axis = sizes.size() - 1; axis >= 0; axis--) {
      if (sizes.get(axis) != 1 && strides.get(axis) != expected) {
        return elements() == 0;
      }
      expected *= sizes.get(axis);
    }
    return true;
  }

  /** Number of elements, at most those of the storage. */
  long elements() {
    return sizes.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  long bytes() {
    return elements() * storage.type().getNumOfBytes();
  }

  /** The values: a view of the storage's bytes if contiguous, else a copy. */
  HostTensor values(ByteBuffer bytes) {
    int width = storage.type().getNumOfBytes();
    if (isContiguous()) {
      int begin = elements() == 0 ? 0 : Math.toIntExact(offset * width);
      return new HostTensor(storage.type(), sizes, bytes.slice(begin, (int) bytes()));
    }
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(bytes()));
    int[] index = new int[sizes.size()];
    long at = offset;
    while (copy.hasRemaining()) {
      copy.put(copy.position(), bytes, Math.toIntExact(at * width), width);
      copy.position(copy.position() + width);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        at += strides.get(axis);
        if (++index[axis] < sizes.get(axis)) {
          break;
        }
        at -= index[axis] * strides.get(axis);
        index[axis] = 0;
      }
    }
    return new HostTensor(storage.type(), sizes, copy.flip());
  }

  /** Identity, like every value a pickle makes. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
