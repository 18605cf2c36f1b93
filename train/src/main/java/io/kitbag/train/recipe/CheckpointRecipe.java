package io.kitbag.train.recipe;

/**
 * When the state of the run is saved. A checkpoint is also written at the end, and on SIGINT and
 * SIGTERM.
 *
 * @param everyEpochs epochs between two checkpoints; 0 does not count epochs
 * @param everySteps optimizer steps between two checkpoints; 0 does not count steps
 * @param everySeconds seconds between two checkpoints; 0 does not look at the clock
 * @param keep how many are kept, newest first, at least 1; the newest valid one always is
 */
public record CheckpointRecipe(int everyEpochs, int everySteps, int everySeconds, int keep) {

  /** Checks the ranges. */
  public CheckpointRecipe {
    new Check()
        .atLeast(0, "everyEpochs", everyEpochs)
        .atLeast(0, "everySteps", everySteps)
        .atLeast(0, "everySeconds", everySeconds)
        .atLeast(1, "keep", keep)
        .done();
  }
}
