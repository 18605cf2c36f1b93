package io.kitbag.precision.internal.torch;

import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/**
 * Switches of {@code at::Context} that DJL does not reach, called by their C++ names in the
 * libtorch that DJL has loaded (exported in 2.0.1 and 2.7.1).
 */
public final class TorchContext {

  private static final String GLOBAL_CONTEXT = "_ZN2at13globalContextEv";
  private static final String USE_ONEDNN = "_ZN2at7Context20setUserEnabledMkldnnEb";
  private static final String USES_ONEDNN = "_ZNK2at7Context17userEnabledMkldnnEv";
  private static final String ALLOW_TF32_CUDNN = "_ZN2at7Context17setAllowTF32CuDNNEb";
  private static final String ALLOW_TF32_CUBLAS = "_ZN2at7Context18setAllowTF32CuBLASEb";

  private TorchContext() {}

  public static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  public static void benchmarkCudnn(boolean benchmark) {
    JniUtils.setBenchmarkCuDNN(benchmark);
  }

  public static void useOneDnn(boolean use) {
    set(USE_ONEDNN, use);
  }

  /** On Windows, where it cannot be switched off, always true. */
  public static boolean usesOneDnn() {
    if (Platform.isWindows()) {
      return true;
    }
    NativeLibrary torch = library();
    // A C++ bool is one byte, whatever the rest of the register holds.
    int result = torch.getFunction(USES_ONEDNN).invokeInt(new Object[] {context(torch)});
    return (result & 0xff) != 0;
  }

  public static void allowTf32(boolean allow) {
    set(ALLOW_TF32_CUDNN, allow);
    set(ALLOW_TF32_CUBLAS, allow);
  }

  private static void set(String setter, boolean value) {
    if (Platform.isWindows()) {
      throw new UnsupportedOperationException(
          "this PyTorch switch has another name on Windows; set it by environment variable instead"
              + " (docs/engine-stacks.md)");
    }
    NativeLibrary torch = library();
    torch.getFunction(setter).invokeVoid(new Object[] {context(torch), value ? 1 : 0});
  }

  private static NativeLibrary library() {
    Path folder = Path.of(LibUtils.getLibtorchPath());
    return NativeLibrary.getInstance(folder.resolve(System.mapLibraryName("torch_cpu")).toString());
  }

  private static Pointer context(NativeLibrary torch) {
    return torch.getFunction(GLOBAL_CONTEXT).invokePointer(new Object[0]);
  }
}
