/**
 * The orchestrator: recipes, the training loop, checkpoints, telemetry and the command line.
 *
 * <p>Start with {@link io.kitbag.train.recipe.Recipe}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.train {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires transitive io.kitbag.models;
  requires me.tongfei.progressbar;
  requires transitive micrometer.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.kitbag.train;
  exports io.kitbag.train.checkpoint;
  exports io.kitbag.train.recipe;
  exports io.kitbag.train.telemetry;
}
