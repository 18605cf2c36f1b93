package io.kitbag.precision.internal.archive;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.weights.HostTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The pickled state of a module: {@code class.__new__().__setstate__(attributes)}, with a tensor as
 * a call of {@code torch._utils._rebuild_tensor_v2} on a storage that is another file.
 */
final class ModulePickle {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<HostTensor> storages = new ArrayList<>();

  private ModulePickle() {}

  /** The pickle, and the tensors whose bytes are the storages {@code 0}, {@code 1}, … */
  record Result(byte[] pickle, List<HostTensor> storages) {}

  static Result of(ModuleTree module) {
    ModulePickle pickle = new ModulePickle();
    pickle.code(0x80, 2); // PROTO
    pickle.module(module);
    pickle.code('.');
    return new Result(pickle.out.toByteArray(), pickle.storages);
  }

  private void module(ModuleTree module) {
    global("__torch__", module.className());
    code(')', 0x81, '}', '('); // EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK
    module
        .tensors()
        .forEach(
            (name, tensor) -> {
              text(name);
              tensor(tensor.value());
            });
    text("training");
    code(0x89); // NEWFALSE
    module
        .children()
        .forEach(
            (name, child) -> {
              text(name);
              module(child);
            });
    code('u', 'b'); // SETITEMS, BUILD
  }

  /** Storage, offset, sizes, strides, requires no gradient, no hooks. */
  private void tensor(HostTensor tensor) {
    global("torch._utils", "_rebuild_tensor_v2");
    code('(', '(');
    text("storage");
    global("torch", storageClass(tensor.type()));
    text(Integer.toString(storages.size()));
    text("cpu");
    number(tensor.size());
    code('t', 'Q'); // TUPLE, BINPERSID
    number(0);
    code('(');
    tensor.shape().forEach(this::number);
    code('t', '(');
    strides(tensor.shape()).forEach(this::number);
    code('t', 0x89);
    global("collections", "OrderedDict");
    code(')', 'R', 't', 'R'); // REDUCE of the dictionary, REDUCE of the tensor
    storages.add(tensor);
  }

  private static String storageClass(DataType type) {
    return switch (type) {
      case FLOAT32 -> "FloatStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      default -> throw new IllegalArgumentException("a module has no tensors of type " + type);
    };
  }

  private static List<Integer> strides(List<Integer> shape) {
    List<Integer> strides = new ArrayList<>(shape);
    int stride = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      strides.set(axis, stride);
      stride *= shape.get(axis);
    }
    return strides;
  }

  private void code(int... bytes) {
    for (int each : bytes) {
      out.write(each);
    }
  }

  private void global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    code('X');
    littleEndian(utf8.length);
    out.writeBytes(utf8);
  }

  private void number(int value) {
    code('J');
    littleEndian(value);
  }

  private void littleEndian(int value) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(bytes.putInt(value).array());
  }
}
