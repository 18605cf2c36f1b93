package io.kitbag.precision.internal;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;

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
    if (environment.containsKey("MALLOC_MMAP_THRESHOLD_")) {
      return true;
    }
    if (!Platform.isLinux() || "system".equals(environment.get("KITBAG_MALLOC"))) {
      return false;
    }
    try {
      Function mallopt = NativeLibrary.getInstance("libc.so.6").getFunction("mallopt");
      return set(mallopt, M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
          & set(mallopt, M_TRIM_THRESHOLD, Integer.MAX_VALUE)
          & set(mallopt, M_TOP_PAD, TOP_PAD_BYTES);
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static boolean set(Function mallopt, int parameter, int value) {
    return mallopt.invokeInt(new Object[] {parameter, value}) == 1;
  }
}
