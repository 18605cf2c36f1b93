/**
 * What each precision, layout and execution is worth on the user's own machine.
 *
 * <p>Start with {@link io.kitbag.bench.step.StepBench}; on the command line it is {@code kitbag
 * bench step}.
 */
@org.jspecify.annotations.NullMarked
module io.kitbag.bench {
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires transitive io.kitbag.augment;
  requires transitive io.kitbag.optim;
  requires io.kitbag.train;
  requires java.desktop;
  requires java.management;
  requires jdk.management;
  requires org.apache.commons.compress;
  requires static transitive org.jspecify;

  exports io.kitbag.bench.child;
  exports io.kitbag.bench.micro;
  exports io.kitbag.bench.optim;
  exports io.kitbag.bench.peer;
  exports io.kitbag.bench.pipeline;
  exports io.kitbag.bench.predict;
  exports io.kitbag.bench.report;
  exports io.kitbag.bench.startup;
  exports io.kitbag.bench.step;
  exports io.kitbag.bench.table;
  exports io.kitbag.bench.tensorcore;

  opens io.kitbag.bench to
      info.picocli;
  opens io.kitbag.bench.optim to
      com.fasterxml.jackson.databind;
  opens io.kitbag.bench.peer to
      com.fasterxml.jackson.databind;
  opens io.kitbag.bench.pipeline to
      com.fasterxml.jackson.databind;
  opens io.kitbag.bench.startup to
      com.fasterxml.jackson.databind;
  opens io.kitbag.bench.step to
      com.fasterxml.jackson.databind;

  provides io.kitbag.train.cli.CommandProvider with
      io.kitbag.bench.BenchCommandProvider;
}
