package io.kitbag.bench.tensorcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.bench.step.Allocator;
import io.kitbag.bench.step.ChildReply;
import io.kitbag.bench.step.ChildRequest;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepMeasurement;
import io.kitbag.bench.step.StepProfile;
import io.kitbag.bench.step.StepSample;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargestBatchTest {

  private static final StepSettings SETTINGS =
      new StepSettings(Task.TRAIN, "cpu", 2, OptimizerChoice.KITBAG, 2, 5, 0);
  private static final StepSpec SPEC =
      new StepSpec(
          "net",
          10,
          128,
          16,
          Execution.COMPILED,
          ComputeType.BF16,
          Layout.CHANNELS_LAST,
          Allocator.TUNED);
  private static final int MIB = 1 << 20;

  private final List<Integer> tried = new ArrayList<>();

  /** Children that need so many MiB for a batch; those that need 10 GiB die. */
  private OptionalInt find(OptionalLong limit, IntUnaryOperator mebibytes)
      throws InterruptedException {
    return new LargestBatch(request -> reply(request, mebibytes), limit, line -> {})
        .find(SPEC, SETTINGS);
  }

  private ChildReply reply(ChildRequest request, IntUnaryOperator mebibytes) {
    assertThat(request.settings()).isEqualTo(SETTINGS.withTwoSteps());
    tried.add(request.spec().batch());
    int needed = mebibytes.applyAsInt(request.spec().batch());
    return needed >= 10_000
        ? new ChildReply(null, "out of memory")
        : new ChildReply(
            new StepMeasurement(
                List.of(new StepSample(1, 1, 1)),
                3,
                2,
                1,
                new StepProfile(Map.of()),
                needed < 0 ? needed : needed * 1024L,
                false,
                Allocator.TUNED,
                "0",
                "PyTorch",
                null),
            null);
  }

  @Test
  void goesWhereTheLineOfTheFirstTwoTrialsLeads() throws InterruptedException {
    // 250 + 10 x 184 = 2090 MiB fit, 192 images do not.
    assertThat(find(OptionalLong.of(2100L * MIB), batch -> 250 + 10 * batch)).hasValue(184);
    assertThat(tried).containsExactly(8, 16, 184, 192);
  }

  @ParameterizedTest
  @ValueSource(ints = {265, 331, 332, 333, 700, 2500, 9000})
  void findsTheLargestThatFitsWhereMemoryIsNoLine(int limit) throws InterruptedException {
    // Grows by steps, and faster for large batches.
    IntUnaryOperator needed = batch -> 250 + 30 * (batch / 24) + batch * batch / 100;
    int expected = 0;
    while (needed.applyAsInt(expected + 8) <= limit) {
      expected += 8;
    }
    OptionalInt found = find(OptionalLong.of((long) limit * MIB), needed);
    assertThat(found.orElse(0)).isEqualTo(expected);
    assertThat(tried).doesNotHaveDuplicates().hasSizeLessThan(15);
  }

  @Test
  void doublesAndHalvesWhereOnlyFailuresTell() throws InterruptedException {
    assertThat(find(OptionalLong.empty(), batch -> 100 * batch)).hasValue(96);
    assertThat(tried).containsExactly(8, 16, 32, 64, 128, 96, 112, 104);
  }

  @Test
  void aLimitAboveWhatTheMachineHasEndsAtTheMachine() throws InterruptedException {
    assertThat(find(OptionalLong.of(20_000L * MIB), batch -> 100 * batch)).hasValue(96);
    assertThat(tried).doesNotHaveDuplicates().hasSizeLessThan(15);
  }

  @Test
  void mayFindNothing() throws InterruptedException {
    assertThat(find(OptionalLong.of(200L * MIB), batch -> 250 + batch)).isEmpty();
    assertThat(find(OptionalLong.empty(), batch -> 10_000)).isEmpty();
    assertThat(tried).containsExactly(8, 8);
  }

  @Test
  void refusesALimitWhereTheSystemDoesNotTellAPeak() {
    assertThatThrownBy(() -> find(OptionalLong.of(MIB), batch -> -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave --memory away");
  }
}
