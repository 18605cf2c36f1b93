package io.kitbag.precision.script;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.internal.torch.NativeModule;
import java.util.Arrays;

/**
 * TorchScript methods that Java wrote, compiled and ready to be called.
 *
 * <p>Methods may be called from several threads at once; arrays given to {@link #record} may not be
 * shared between threads, as their names are set for the call. Close the module when done.
 */
public final class ScriptModule implements AutoCloseable {

  private final NativeModule module;

  private ScriptModule(NativeModule module) {
    this.module = module;
  }

  /**
   * Compiles methods, for example
   *
   * <pre>{@code
   * def scale(self: __torch__.M, p: List[Tensor], factor: float) -> int:
   *   torch._foreach_mul_(p, factor)
   *   return 0
   * }</pre>
   *
   * @param manager a manager of the PyTorch engine; the module does not live in it
   * @throws IllegalArgumentException with the text, if PyTorch refuses it
   */
  public static ScriptModule compile(NDManager manager, String methods) {
    return new ScriptModule(NativeModule.load(manager, methods));
  }

  /**
   * Calls a method without autograd; leaves that require gradients may be updated in place.
   *
   * @param results the manager that owns the resulting arrays
   * @param arguments arrays, lists of arrays, {@code Double}, {@code Long}, {@code Boolean}
   * @return the tensor or tensors the method returned, which the caller closes; empty if it
   *     returned something else
   */
  public NDList run(NDManager results, String method, Object... arguments) {
    return module.run(results, method, Arrays.asList(arguments));
  }

  /**
   * Calls a method with autograd: the results can be differentiated back to the arguments.
   *
   * @param results the manager that owns the resulting arrays
   * @param arguments arrays and non-empty lists of arrays
   * @return the tensor or tensors the method returned, which the caller closes
   */
  public NDList record(NDManager results, String method, Object... arguments) {
    return module.record(results, method, Arrays.asList(arguments));
  }

  @Override
  public void close() {
    module.close();
  }
}
