package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.step.Allocator;
import io.kitbag.bench.step.Baseline;
import io.kitbag.bench.step.ChildJvm;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepBench;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void comparesTwoExecutions() throws Exception {
    StepSpec compiled = spec(Execution.COMPILED, Layout.CHANNELS_LAST, Allocator.TUNED);
    StepSpec stock = spec(Execution.PLAIN_KEEPING, Layout.NCHW, Allocator.SYSTEM);
    StepSettings settings = new StepSettings(Task.TRAIN, "cpu", 1, OptimizerChoice.KITBAG, 1, 2, 0);
    StepBench bench = new StepBench(new ChildJvm(Duration.ofMinutes(5)), System.err::println);
    List<StepRow> rows = bench.run(List.of(compiled, stock), settings, 1, Baseline.stockDjl());
    double speedUp = rows.get(0).comparison().speedUp().orElseThrow();
    double difference = rows.get(0).comparison().lossDifference().orElseThrow();

    assertThat(speedUp).isPositive();
    assertThat(difference).as("both compute the same").isLessThan(1e-4);
  }

  private static StepSpec spec(Execution execution, Layout layout, Allocator malloc) {
    return new StepSpec("cifar_resnet8d", 10, 32, 16, execution, ComputeType.FP32, layout, malloc);
  }
}
