package io.kitbag.train.doctor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How closely to look.
 *
 * @param steps training steps to take, at least 1
 * @param probes how many of them are looked into, spread over all, at least 1
 * @param images images of a batch that are looked at, at least 2; gradients are brought to what
 *     they are in the whole batch
 * @param memoryBytes the memory that the largest batch shall fit into; empty takes the machine's
 * @param kernels a CSV file of nsys or ncu
 */
public record DoctorOptions(
    int steps, int probes, int images, OptionalLong memoryBytes, Optional<Path> kernels) {

  public DoctorOptions {
    if (steps < 1 || probes < 1 || images < 2) {
      throw new IllegalArgumentException(
          "steps=%d and probes=%d must be at least 1, images=%d at least 2"
              .formatted(steps, probes, images));
    }
  }

  /** Twenty steps, three of them looked into with 32 images each. */
  public static DoctorOptions defaults() {
    return new DoctorOptions(20, 3, 32, OptionalLong.empty(), Optional.empty());
  }

  /** Whether a step is looked into: the last always is, the others at even distances before it. */
  boolean isProbed(int step) {
    int distance = Math.max(1, steps / probes);
    return (steps - 1 - step) % distance == 0 && (steps - 1 - step) / distance < probes;
  }
}
