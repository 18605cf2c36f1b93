package io.kitbag.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark works, called once in this process; its times mean nothing. */
class BenchmarksTest {
  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .include("io\\.kitbag\\.micro\\.")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .param("photos", "3")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();

    Collection<RunResult> results = new Runner(once).run();

    List<String> names =
        results.stream()
            .map(result -> result.getParams().getBenchmark().replace("io.kitbag.micro.", ""))
            .distinct()
            .toList();
    assertThat(names)
        .containsExactlyInAnyOrder(
            "Calls.compiled",
            "Calls.plain",
            "Calls.script",
            "Jpeg.decodeExact",
            "Jpeg.decodeRegion",
            "Jpeg.resizeExact",
            "Jpeg.resizeFused",
            "Loading.image",
            "Mixing.cutmix",
            "Mixing.mixup",
            "Recipe.parse",
            "Recipe.preset",
            "Weights.read",
            "Weights.write");
    assertThat(results).hasSize(names.size() + 3 + 3);
  }
}
