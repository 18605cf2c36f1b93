package io.kitbag.models.internal.torchfile;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An interpreter for the part of Python's pickle language (protocols 2 to 5) that {@code
 * torch.save} writes for tensors. It makes numbers, text, lists, tuples, dictionaries, storages and
 * tensors. Names of classes and functions are only compared with a short list ({@link
 * Global#isKnown}); there is no way from a file to code.
 *
 * <p>Dictionaries are {@link Map}s whose keys are text or whole numbers, lists are {@link List}s.
 * Either may contain itself: do not print or compare them. Work and memory are bounded: each
 * instruction makes at most one object, lengths are checked against the bytes that are left.
 */
final class Unpickler {

  /** A state dict takes about 30 instructions per tensor. */
  private static final int MAX_INSTRUCTIONS = 4_000_000;

  private static final int HIGHEST_PROTOCOL = 5;

  private final ByteBuffer in;
  private final Map<Integer, Object> memo = new HashMap<>();
  private List<Object> stack = new ArrayList<>();
  private final List<List<Object>> outerStacks = new ArrayList<>();

  private final Map<String, Storage> storages;

  private Unpickler(ByteBuffer in, Map<String, Storage> storages) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.storages = storages;
  }

  /**
   * Reads one pickle from the buffer's position and leaves that behind its end.
   *
   * @param storages gets every storage that the pickle mentions, by key
   */
  static Object load(ByteBuffer in, Map<String, Storage> storages) throws Malformed {
    Unpickler unpickler = new Unpickler(in, storages);
    try {
      for (int count = 0; count < MAX_INSTRUCTIONS; count++) {
        Object result = unpickler.step();
        if (result != null) {
          return result;
        }
      }
    } catch (BufferUnderflowException e) {
      throw new Malformed("its pickle is cut off");
    }
    throw new Malformed("its pickle has more than %,d instructions".formatted(MAX_INSTRUCTIONS));
  }

  /** One instruction; the result after the last. The letters are those of pickletools. */
  private @Nullable Object step() throws Malformed {
    int code = in.get() & 0xff;
    switch (code) {
      case 0x80 -> protocol(unsigned());
      case 0x95 -> in.getLong(); // FRAME: a hint for readers of streams
      case '.' -> {
        return pop();
      }
      case '(' -> mark();
      case '0' -> pop();
      case 'N' -> push(Null.VALUE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) unsigned());
      case 'M' -> push(in.getShort() & 0xffffL);
      case 'J' -> push((long) in.getInt());
      case 0x8a -> push(number(bytes(unsigned())));
      case 'G' -> push(in.order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> push(text(in.getInt()));
      case 0x8c, 'U' -> push(text(unsigned()));
      case 0x8d -> push(text(length(in.getLong())));
      case 'T' -> push(text(in.getInt()));
      case ')' -> push(new Tuple(List.of()));
      case 0x85, 0x86, 0x87 -> push(new Tuple(popped(code - 0x84)));
      case 't' -> push(new Tuple(popToMark()));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(popToMark());
      case 'a' -> append(popped(1));
      case 'e' -> append(popToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> put(popped(2));
      case 'u' -> put(popToMark());
      case 'q' -> memo.put(unsigned(), top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(recall(unsigned()));
      case 'j' -> push(recall(in.getInt()));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        List<Object> names = popped(2);
        push(global(names.get(0), names.get(1)));
      }
      case 'Q' -> push(storage(Storage.of(pop())));
      case 'R' -> {
        List<Object> call = popped(2);
        push(reduce(call.get(0), call.get(1)));
      }
      case 'b' -> build(popped(2));
      default ->
          throw new Malformed(
              "its pickle has the instruction 0x%02x, which no state dict needs".formatted(code));
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
    return null;
  }

  private static void protocol(int number) throws Malformed {
    if (number > HIGHEST_PROTOCOL) {
      throw new Malformed("it has pickle protocol %d".formatted(number));
    }
  }

  private static Global global(Object module, Object name) throws Malformed {
    if (!(module instanceof String moduleName) || !(name instanceof String className)) {
      throw new Malformed("its pickle names a class by something other than text");
    }
    Global global = new Global(moduleName, className);
    if (!global.isKnown()) {
      throw new Malformed(
          "it refers to %s, which is no part of a state dict (nothing was run); save the tensors"
                  .formatted(Malformed.shown(global.toString()))
              + " alone: torch.save(model.state_dict(), file)");
    }
    return global;
  }

  private Storage storage(Storage storage) throws Malformed {
    Storage before = storages.putIfAbsent(storage.key(), storage);
    if (before != null && !before.equals(storage)) {
      throw new Malformed(
          "its storage %s is described in two ways".formatted(Malformed.shown(storage.key())));
    }
    return storage;
  }

  /** What a known function makes of its arguments. */
  private static Object reduce(Object function, Object arguments) throws Malformed {
    if (!(function instanceof Global global) || !(arguments instanceof Tuple tuple)) {
      throw new Malformed("its pickle calls something that is not a function");
    }
    List<Object> items = tuple.items();
    switch (global.name()) {
      case "OrderedDict" -> {
        if (items.isEmpty()) {
          return new LinkedHashMap<>();
        }
      }
      case "_rebuild_tensor", "_rebuild_tensor_v2" -> {
        return TensorView.of(items);
      }
      case "_rebuild_parameter" -> {
        if (!items.isEmpty() && items.get(0) instanceof TensorView tensor) {
          return tensor;
        }
      }
      case "Size" -> {
        if (items.size() == 1 && items.get(0) instanceof Tuple sizes) {
          return sizes;
        }
      }
      default -> {}
    }
    throw new Malformed("its pickle calls %s with other arguments".formatted(global));
  }

  /** A state dict has attributes (its {@code _metadata}), which say nothing about tensors. */
  private void build(List<Object> objectAndState) throws Malformed {
    if (!(objectAndState.get(0) instanceof Map<?, ?>)) {
      throw new Malformed("its pickle sets attributes of something that is not a dictionary");
    }
    push(objectAndState.get(0));
  }

  private void append(List<Object> items) throws Malformed {
    if (!(top() instanceof List<?>)) {
      throw new Malformed("its pickle appends to something that is not a list");
    }
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void put(List<Object> keysAndValues) throws Malformed {
    if (!(top() instanceof Map<?, ?>) || keysAndValues.size() % 2 != 0) {
      throw new Malformed("its pickle sets items of something that is not a dictionary");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw new Malformed("a dictionary's key is neither text nor a whole number");
      }
      if (map.put(key, keysAndValues.get(i + 1)) != null) {
        throw new Malformed("a dictionary has %s twice".formatted(Malformed.shown("" + key)));
      }
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() throws Malformed {
    if (stack.isEmpty()) {
      throw new Malformed("its pickle takes from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws Malformed {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  /** The last {@code count} values, in order. */
  private List<Object> popped(int count) throws Malformed {
    if (stack.size() < count) {
      throw new Malformed("its pickle takes from an empty stack");
    }
    List<Object> last = stack.subList(stack.size() - count, stack.size());
    List<Object> values = List.copyOf(last);
    last.clear();
    return values;
  }

  private void mark() {
    outerStacks.add(stack);
    stack = new ArrayList<>();
  }

  private List<Object> popToMark() throws Malformed {
    if (outerStacks.isEmpty()) {
      throw new Malformed("its pickle closes what it has not opened");
    }
    List<Object> values = stack;
    stack = outerStacks.remove(outerStacks.size() - 1);
    return values;
  }

  private Object recall(int index) throws Malformed {
    Object value = memo.get(index);
    if (value == null) {
      throw new Malformed("its pickle recalls what it has not stored");
    }
    return value;
  }

  private int unsigned() {
    return in.get() & 0xff;
  }

  private int length(long claimed) throws Malformed {
    if (claimed < 0 || claimed > in.remaining()) {
      throw new Malformed(
          "its pickle claims a text of %s bytes".formatted(Long.toUnsignedString(claimed)));
    }
    return (int) claimed;
  }

  private byte[] bytes(int count) throws Malformed {
    byte[] bytes = new byte[length(count)];
    in.get(bytes);
    return bytes;
  }

  private String text(int length) throws Malformed {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws Malformed {
    int end = in.position();
    while (end < in.limit() && in.get(end) != '\n') {
      end++;
    }
    if (end == in.limit()) {
      throw new BufferUnderflowException();
    }
    String line = text(end - in.position());
    in.get();
    return line;
  }

  /** Little-endian, in two's complement. */
  private static Object number(byte[] littleEndian) {
    if (littleEndian.length == 0) {
      return 0L;
    }
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    BigInteger number = new BigInteger(bigEndian);
    return number.bitLength() < Long.SIZE ? number.longValue() : (Object) number;
  }
}
