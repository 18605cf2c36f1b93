package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblateCommandTest {

  @TempDir Path folder;

  private Cli ablate(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ablate",
                "--quiet",
                "--threads=1",
                "--batch-size=16",
                "--epochs=1",
                "--precision=fp32",
                "--device=cpu",
                "--set=data.builtin={train: 48, test: 20}",
                "--out=" + folder.resolve("ablation")));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void comparesRealRunsAndRepeatsNone() throws IOException {
    String[] options = {
      "--json", "--tricks=flip", "--variant=hot:schedule.learningRate=0.4", "--seeds=2"
    };
    Cli first = ablate(options);
    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode result = JsonMapper.builder().build().readTree(first.lastLine());
    assertThat(result.path("complete").booleanValue()).isTrue();
    assertThat(result.path("rows"))
        .extracting(row -> row.path("variant").textValue())
        .containsExactly("all", "without-flip", "hot");
    JsonNode hot = result.path("rows").get(2);
    assertThat(hot.path("runs").intValue()).isEqualTo(2);
    assertThat(hot.path("worth").doubleValue())
        .isEqualTo(hot.path("top1").doubleValue() - result.at("/rows/0/top1").doubleValue());
    assertThat(folder.resolve("ablation/hot/seed-1/checkpoints")).isNotEmptyDirectory();
    assertThat(folder.resolve("ablation/ablation.md")).isNotEmptyFile();
    // Times are part of it: nothing was trained again.
    assertThat(ablate(options).lastLine()).isEqualTo(first.lastLine());
  }

  @Test
  void listsWhatItWouldTrain() {
    Cli cli = ablate("--list", "--mode=stack", "--tricks=flip,zero-gamma");
    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out().lines())
        .containsExactly(
            "none             augment.flip=0 augment.alternatingFlip=false model.zeroGamma=false",
            "with-flip        model.zeroGamma=false",
            "with-zero-gamma",
            "3 variants with 3 seeds: 9 runs of 1 epochs");
    assertThat(folder.resolve("ablation")).doesNotExist();
  }

  @Test
  void refusesWhatItDoesNotKnowBeforeItTrains() {
    assertThat(ablate("--tricks=mixip").err()).contains("did you mean mixup?");
    assertThat(ablate("--variant=adam").err())
        .contains("--variant adam is not of the form NAME:KEY=VALUE");
    assertThat(ablate("--variant=x:model.name=resnet9_w6x").err())
        .contains("there is no network named resnet9_w6x; the nearest names are resnet9,");
    assertThat(ablate("--seeds=0").err()).contains("seeds is 0; it must be at least 1");
    Cli misspelt = ablate("--variant=x:optimiser.name=adamw");
    assertThat(misspelt.err()).contains("optimiser", "did you mean optimizer?");
    assertThat(misspelt.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("ablation")).doesNotExist();
  }
}
