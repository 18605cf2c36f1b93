package io.kitbag.precision.internal.torch;

import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
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
  private static final String ALLOW_TF32_CUDNN = "_ZN2at7Context17setAllowTF32CuDNNEb";
  private static final String ALLOW_TF32_CUBLAS = "_ZN2at7Context18setAllowTF32CuBLASEb";

  private TorchContext() {}

  public static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  public static void useOneDnn(boolean use) {
    set(USE_ONEDNN, use);
  }

  public static void allowTf32(boolean allow) {
    set(ALLOW_TF32_CUDNN, allow);
    set(ALLOW_TF32_CUBLAS, allow);
  }

  private static void set(String setter, boolean value) {
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve(System.mapLibraryName("torch_cpu"));
    if (Platform.isWindows()) {
      throw new UnsupportedOperationException(
          "this PyTorch switch has another name on Windows; set it by environment variable instead"
              + " (docs/engine-stacks.md)");
    }
    NativeLibrary torch = NativeLibrary.getInstance(library.toString());
    Pointer context = torch.getFunction(GLOBAL_CONTEXT).invokePointer(new Object[0]);
    Function function = torch.getFunction(setter);
    function.invokeVoid(new Object[] {context, value ? 1 : 0});
  }
}
