package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.peer.FakePython;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What Kitbag says to a peer and makes of its answer; the peers themselves need PyTorch. */
@DisabledOnOs(OS.WINDOWS)
class TorchPeerTest {

  private static final String VERSIONS = "{\"versions\":{\"torch\":\"2.7.1\"}}";
  private static final String MEASURED =
      "{\"measurement\":{\"samples\":[{\"forwardMs\":1,\"backwardMs\":2,\"optimizerMs\":3}],"
          + "\"cpuMs\":12,\"loss\":2.5,\"nextLoss\":NaN,\"operators\":{\"aten::add_\":1,"
          + "\"aten::mkldnn_convolution\":3},\"peakMemoryKiB\":2048,"
          + "\"numerics\":\"3 of 4 differ\",\"engine\":\"PyTorch 2.7.1\"}}";

  private final PeerPrograms programs = PeerPrograms.unpack();
  @TempDir Path folder;

  @AfterEach
  void deleteThePrograms() {
    programs.close();
  }

  private static StepSpec spec(String python) {
    return new StepSpec(
        "cifar_resnet8d",
        10,
        32,
        4,
        Execution.TORCH,
        ComputeType.BF16,
        Layout.CHANNELS_LAST,
        Allocator.TUNED,
        python);
  }

  private ChildReply reply(Path executable, String label) throws Exception {
    List<Python> pythons = Python.probe(List.of(executable), programs);
    TorchPeer peer = new TorchPeer(programs, pythons, Map.of(), Duration.ofMinutes(1));
    return peer.run(new ChildRequest(spec(label), Samples.SETTINGS));
  }

  @Test
  void handsOverWeightsAndBatchAndReadsWhatWasMeasured() throws Exception {
    ChildReply reply = reply(FakePython.answering(folder, VERSIONS, MEASURED), "2.7.1");

    StepMeasurement measured = Objects.requireNonNull(reply.measurement());
    assertThat(measured.samples()).containsExactly(new StepSample(1, 2, 3));
    assertThat(measured.nextLoss()).isNaN();
    assertThat(measured.profile().shares().get(OperatorKind.CONVOLUTION))
        .isCloseTo(0.75, within(1e-12));
    assertThat(measured.numerics()).isEqualTo("3 of 4 differ");
    assertThat(measured.malloc()).isEqualTo(Allocator.TUNED);

    JsonNode question =
        JsonMapper.builder().build().readTree(Files.readString(folder.resolve("question")));
    assertThat(question.at("/spec/layout").asText()).isEqualTo("CHANNELS_LAST");
    assertThat(question.at("/settings/threads").asInt()).isEqualTo(2);
    assertThat(question.at("/learningRate").asDouble()).isEqualTo(0.1 / 64);
    Safetensors tensors = Safetensors.read(Path.of(question.at("/tensors").asText()));
    assertThat(tensors.tensors().get("images").shape()).containsExactly(4, 3, 32, 32);
    assertThat(tensors.tensors().get("labels").shape()).containsExactly(4);
    assertThat(tensors.tensors()).containsKeys("conv1.weight", "layer3.0.bn2.running_var");
    assertThat(tensors.tensors().get("layer3.0.bn2.weight").toFloats())
        .as("residual blocks start as identities")
        .containsOnly(0);
  }

  @Test
  void aPeerThatFailsOrCannotBeRunIsAReplyThatSaysSo() throws Exception {
    Path failing = FakePython.answering(folder, VERSIONS, "{\"error\":\"no luck\"}");
    assertThat(reply(failing, "2.7.1").error()).isEqualTo("no luck");

    Path absent = folder.resolve("absent");
    assertThat(reply(absent, absent.toString()).error()).contains("absent cannot be started");
  }
}
