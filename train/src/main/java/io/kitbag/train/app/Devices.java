package io.kitbag.train.app;

import ai.djl.Device;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;

/** Devices by the names that recipes and the command line use. */
public final class Devices {

  private Devices() {}

  /**
   * The device called {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:n}.
   *
   * @throws KitbagException if the engine does not see that GPU
   */
  public static Device of(String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int gpus = TorchRuntime.gpuCount();
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu(0) : Device.cpu();
    }
    int index = name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0;
    if (index >= gpus) {
      throw new KitbagException(
          ExitCode.USAGE,
          "device %s: PyTorch sees %d GPUs; use cpu, or the GPU build (docs/engine-stacks.md)"
              .formatted(name, gpus));
    }
    return Device.gpu(index);
  }
}
