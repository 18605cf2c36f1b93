package io.kitbag.bench.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.peer.FakePython;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.models.weights.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimRunnerTest {

  private static final OptimSettings SETTINGS = new OptimSettings("cifar_resnet8d", 1, 3, 1, 0);

  private final PeerPrograms programs = PeerPrograms.unpack();
  @TempDir Path folder;

  @AfterEach
  void deleteThePrograms() {
    programs.close();
  }

  private OptimMeasurement run(OptimSpec spec, Path... pythons) throws Exception {
    return new OptimRunner(
            SETTINGS,
            programs,
            Python.probe(List.of(pythons), programs),
            Map.of(),
            Duration.ofMinutes(2))
        .run(spec);
  }

  /** Real children; DJL's formulas are PyTorch's for these rules and a constant rate. */
  @ParameterizedTest
  @EnumSource(names = {"SGD", "ADAM", "ADAMW"})
  void kitbagAndDjlMoveTheWeightsAlike(OptimRule rule) throws Exception {
    OptimMeasurement kitbag = run(new OptimSpec(rule, OptimProgram.KITBAG, ""));
    OptimMeasurement djl = run(new OptimSpec(rule, OptimProgram.DJL, ""));

    assertThat(kitbag.stepMs()).hasSize(1).allSatisfy(ms -> assertThat(ms).isPositive());
    assertThat(kitbag.moved()).allSatisfy(moved -> assertThat(moved.norm()).isPositive());
    // fp32 in another order, relative to a way of three steps.
    assertThat(kitbag.differenceFrom(djl)).isLessThan(1e-3);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPeerGetsWeightsAndGradients() throws Exception {
    Path script =
        FakePython.answering(
            folder,
            "{\"versions\":{\"torch\":\"2.0.1\"}}",
            "{\"measurement\":{\"stepMs\":[1.5],\"moved\":[{\"name\":\"a\",\"alternating\":1,\"norm\":2}],"
                + "\"peakMemoryKiB\":7,\"engine\":\"PyTorch\"}}");
    OptimSpec spec = new OptimSpec(OptimRule.NAG, OptimProgram.TORCH_LOOP, "2.0.1");

    assertThat(run(spec, script).stepMs()).containsExactly(1.5);

    JsonNode question =
        JsonMapper.builder().build().readTree(Files.readString(folder.resolve("question")));
    assertThat(question.get("rule").asText()).isEqualTo("nag");
    assertThat(question.get("program").asText()).isEqualTo("TORCH_LOOP");
    assertThat(question.get("learningRate").asDouble()).isEqualTo(0.1);
    assertThat(Safetensors.read(Path.of(question.get("tensors").asText())).tensors())
        .containsKeys("weight:conv1.weight", "gradient:fc.bias");
  }

  @Test
  void whatCannotBeMeasuredSaysWhy() {
    Path absent = folder.resolve("absent");
    OptimSpec peer = new OptimSpec(OptimRule.SGD, OptimProgram.TORCH_LOOP, absent.toString());

    assertThatThrownBy(() -> run(peer, absent))
        .isInstanceOf(ChildException.class)
        .hasMessageContaining("absent cannot be started");
    assertThatThrownBy(() -> run(new OptimSpec(OptimRule.LION, OptimProgram.DJL, "")))
        .isInstanceOf(ChildException.class)
        .hasMessageContaining("DJL has no lion");
  }
}
