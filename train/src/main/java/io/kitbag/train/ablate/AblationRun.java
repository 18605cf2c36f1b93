package io.kitbag.train.ablate;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one training of an ablation came to.
 *
 * @param variant its name
 * @param seed of all random draws
 * @param recipeSha256 digest of the whole recipe, seed included
 * @param outcome what it reached; empty if the numbers went wrong, as without a warm-up they may
 */
public record AblationRun(
    String variant, long seed, String recipeSha256, Optional<Outcome> outcome) {

  /**
   * What a run that came to its end reached.
   *
   * @param top1 share of the test images whose class is found, 0 to 1, with the weights that the
   *     recipe evaluates
   * @param loss mean cross-entropy on them
   * @param seconds wall time; empty if the run was interrupted and resumed
   * @param weightsSha256 digest of all parameters and buffers
   */
  public record Outcome(double top1, double loss, OptionalDouble seconds, String weightsSha256) {}
}
