package io.kitbag.precision.internal.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A loaded TorchScript class: the calls DJL's PyTorch engine offers, behind plain types. */
public final class NativeModule implements AutoCloseable {

  private final PtSymbolBlock block;

  private NativeModule(PtSymbolBlock block) {
    this.block = block;
  }

  public static NativeModule load(NDManager manager, String methods) {
    try {
      byte[] archive = ScriptArchive.of(methods);
      return new NativeModule(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    } catch (EngineException e) {
      throw new IllegalArgumentException(
          "PyTorch cannot compile this TorchScript: " + e.getMessage(), e);
    }
  }

  /** Runs under InferenceMode: no graph is recorded and leaves may be updated in place. */
  public NDList run(NDManager results, String method, List<?> arguments) {
    useSimpleExecutor();
    IValue[] values = new IValue[arguments.size()];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments.get(i));
      }
      try (IValue result = IValueUtils.runMethod(block, method, values)) {
        return toList((PtNDManager) results, result);
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /**
   * Runs with autograd on. DJL's only entry that records a graph takes tensors, packed by name:
   * arrays called {@code x[]} become one list, and a last array's name selects the method.
   */
  public NDList record(NDManager results, String method, List<?> arguments) {
    useSimpleExecutor();
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try (NDManager scope = results.newSubManager();
        NDArray selector = scope.create(0f)) {
      NDList inputs = new NDList();
      for (int i = 0; i < arguments.size(); i++) {
        if (arguments.get(i) instanceof NDArray array) {
          array.setName(null);
          inputs.add(array);
        } else if (arguments.get(i) instanceof List<?> arrays && !arrays.isEmpty()) {
          String name = "list" + i + "[]";
          for (Object element : arrays) {
            NDArray array = (NDArray) element;
            array.setName(name);
            inputs.add(array);
          }
        } else {
          throw new IllegalArgumentException(
              "argument %d of %s: a recorded call takes arrays and lists of arrays, not %s"
                  .formatted(i, method, arguments.get(i)));
        }
      }
      selector.setName("module_method:" + method);
      inputs.add(selector);
      NDList outputs = IValueUtils.forward(block, inputs, true);
      outputs.attach(results);
      return outputs;
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  @Override
  public void close() {
    block.close();
  }

  /**
   * The profiling executor would rewrite a method after its first calls, so that a resumed run,
   * whose calls count anew, could round differently; it also makes those calls slow. Thread-local.
   */
  private static void useSimpleExecutor() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static IValue value(Object argument) {
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    }
    if (argument instanceof List<?> arrays) {
      return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
    if (argument instanceof Double number) {
      return IValue.from((double) number);
    }
    if (argument instanceof Long number) {
      return IValue.from((long) number);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from((boolean) flag);
    }
    throw new IllegalArgumentException(
        "a script takes arrays, lists of arrays, Double, Long and Boolean, not " + argument);
  }

  private static NDList toList(PtNDManager results, IValue result) {
    if (result.isTensor() || result.isTensorList()) {
      return result.toNDList(results);
    }
    return new NDList();
  }
}
