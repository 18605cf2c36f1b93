package io.kitbag.precision.internal;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;
import java.util.function.IntBinaryOperator;

/** Settings of glibc's allocator. */
public final class Glibc {

  /** Parameter numbers of {@code mallopt}, from malloc.h. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final int MMAP_THRESHOLD_BYTES = 1 << 30;
  private static final int TOP_PAD_BYTES = 64 << 20;

  private Glibc() {}

  /** See {@code TorchRuntime.tuneMalloc}. */
  public static boolean tuneMalloc(Map<String, String> environment) {
    if (!Platform.isLinux()) {
      return false;
    }
    if (environment.containsKey("MALLOC_MMAP_THRESHOLD_")) {
      return true;
    }
    if ("system".equals(environment.get("KITBAG_MALLOC"))) {
      return false;
    }
    try {
      Function mallopt = NativeLibrary.getInstance("libc.so.6").getFunction("mallopt");
      return set((parameter, value) -> mallopt.invokeInt(new Object[] {parameter, value}));
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /**
   * @param mallopt answers 1 if it took the parameter's value
   */
  static boolean set(IntBinaryOperator mallopt) {
    int taken =
        mallopt.applyAsInt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
            & mallopt.applyAsInt(M_TRIM_THRESHOLD, Integer.MAX_VALUE)
            & mallopt.applyAsInt(M_TOP_PAD, TOP_PAD_BYTES);
    return taken == 1;
  }
}
