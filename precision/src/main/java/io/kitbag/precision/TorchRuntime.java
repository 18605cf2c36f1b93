package io.kitbag.precision;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.internal.Glibc;
import io.kitbag.precision.internal.torch.TorchContext;

/** Settings of the PyTorch engine that hold for the whole process. */
public final class TorchRuntime {

  private static final String ENGINE = "PyTorch";

  private TorchRuntime() {}

  /** PyTorch's version, such as {@code 2.0.1}. */
  public static String torchVersion() {
    return Engine.getEngine(ENGINE).getVersion();
  }

  /** DJL's version, such as {@code 0.25.0}. */
  public static String djlVersion() {
    return Engine.getDjlVersion();
  }

  /** Number of NVIDIA GPUs that the engine sees. */
  public static int gpuCount() {
    return Engine.getEngine(ENGINE).getGpuCount();
  }

  /** A manager of the PyTorch engine, whatever other engines are on the class path. */
  public static NDManager newManager(Device device) {
    return NDManager.newBaseManager(device, ENGINE);
  }

  /** Threads that one operator may use. Sums are formed in another order when this changes. */
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads=" + threads + " must be at least 1");
    }
    Engine.getEngine(ENGINE);
    TorchContext.setThreads(threads);
  }

  /**
   * Makes glibc keep freed memory instead of returning it to the system after every step, where
   * fresh pages cost more than the arithmetic on them. Does nothing on other C libraries, when the
   * environment sets {@code MALLOC_MMAP_THRESHOLD_} itself, or when {@code KITBAG_MALLOC=system}.
   *
   * <p>Blocks above 64 MiB, which batches of hundreds of images have, are only kept if {@code
   * MALLOC_ARENA_MAX=1} is in the environment before the virtual machine starts; huge pages only if
   * {@code GLIBC_TUNABLES=glibc.malloc.hugetlb=1} is.
   *
   * @return whether the settings are in force
   */
  public static boolean tuneMalloc() {
    return Glibc.tuneMalloc(System.getenv());
  }

  /**
   * Whether cuDNN and cuBLAS may round fp32 products to TF32. PyTorch's default allows cuDNN to.
   */
  public static void allowTf32(boolean allow) {
    if (gpuCount() > 0) {
      TorchContext.allowTf32(allow);
    }
  }

  /**
   * Whether cuDNN tries its algorithms for every new shape and keeps the fastest: the first steps
   * take longer, and which one it keeps may differ between runs. Nothing on CPU.
   */
  public static void benchmarkCudnn(boolean benchmark) {
    Engine.getEngine(ENGINE);
    TorchContext.benchmarkCudnn(benchmark);
  }

  /** Whether oneDNN computes convolutions on CPU; PyTorch's own slower loops do when it is off. */
  public static void useOneDnn(boolean use) {
    Engine.getEngine(ENGINE);
    TorchContext.useOneDnn(use);
  }

  /** Whether oneDNN may compute convolutions on CPU. */
  public static boolean usesOneDnn() {
    Engine.getEngine(ENGINE);
    return TorchContext.usesOneDnn();
  }
}
