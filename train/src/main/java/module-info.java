/**
 * The orchestrator: recipes, the training loop, checkpoints, telemetry and the command line.
 *
 * <p>Start with {@link io.kitbag.train.recipe.Recipe}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.train {
  requires transitive ai.djl.api;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.fasterxml.jackson.datatype.jdk8;
  requires transitive com.google.guice;
  requires com.google.protobuf;
  requires info.picocli;
  requires transitive io.kitbag.augment;
  requires transitive io.kitbag.optim;
  requires transitive jakarta.inject;
  requires java.desktop;
  requires jdk.management;
  requires jdk.unsupported;
  requires me.tongfei.progressbar;
  requires transitive micrometer.core;
  requires org.apache.commons.statistics.distribution;
  requires org.knowm.xchart;
  requires org.slf4j;
  requires org.tribuo.util.onnx;
  requires static org.jspecify;

  // Provider methods and modules are package-private.
  opens io.kitbag.train.app to
      com.google.guice;
  // So are commands and their options.
  opens io.kitbag.train.cli to
      info.picocli;

  exports io.kitbag.train;
  exports io.kitbag.train.ablate;
  exports io.kitbag.train.app;
  exports io.kitbag.train.checkpoint;
  exports io.kitbag.train.cli;
  exports io.kitbag.train.data;
  exports io.kitbag.train.doctor;
  exports io.kitbag.train.export;
  exports io.kitbag.train.loop;
  exports io.kitbag.train.predict;
  exports io.kitbag.train.recipe;
  exports io.kitbag.train.report;
  exports io.kitbag.train.telemetry;

  uses io.kitbag.train.cli.CommandProvider;
}
