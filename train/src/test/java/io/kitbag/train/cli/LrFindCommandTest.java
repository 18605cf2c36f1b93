package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LrFindCommandTest {

  private static final List<String> SMALL =
      List.of(
          "--threads=1",
          "--batch-size=16",
          "--precision=fp32",
          "--device=cpu",
          "--set=model.name=cifar_resnet8d",
          "--set=data.builtin={train: 80, test: 20}");

  @TempDir Path folder;

  private Cli find(String... more) {
    List<String> arguments = new ArrayList<>(List.of("lr-find", "--quiet", "--steps=24"));
    arguments.addAll(SMALL);
    arguments.add("--picture=" + folder.resolve("range.png"));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void suggestsAndDraws() throws IOException {
    Cli cli = find();
    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out()).contains("minimum/10", "steepest", "--set schedule.learningRate=");
    BufferedImage picture = ImageIO.read(folder.resolve("range.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(1600);
    // A chart, and not a blank page: some pixels have the blue of the curve.
    long blue =
        Stream.iterate(0, i -> i + 1)
            .limit((long) picture.getWidth() * picture.getHeight())
            .filter(i -> picture.getRGB(i % 1600, i / 1600) == 0xff1f5fa8)
            .count();
    assertThat(blue).isGreaterThan(500);
  }

  @Test
  void listsThePointsOfAllStepsOrOfThoseBeforeTheDivergence() throws IOException {
    JsonNode mild = JsonMapper.builder().build().readTree(find("--json", "--to=0.01").lastLine());
    assertThat(mild.path("points")).hasSize(24);
    assertThat(mild.path("points").get(0).path("learningRate").doubleValue()).isEqualTo(1e-6);
    assertThat(mild.path("points").get(23).path("learningRate").doubleValue()).isEqualTo(0.01);
    JsonNode wild = JsonMapper.builder().build().readTree(find("--json", "--to=1e8").lastLine());
    assertThat(wild.path("points").size()).isBetween(10, 23);
    // quickstart scales rates with the batch: what is to be written gives what was found.
    double written = wild.path("scheduleLearningRate").doubleValue();
    double peak =
        Recipe.preset("quickstart")
            .with("batchSize=16", "schedule.learningRate=" + written)
            .peakLearningRate();
    assertThat(peak).isCloseTo(wild.path("minimumOverTen").doubleValue(), withinPercentage(1e-9));
  }

  @Test
  void leavesNoTraceButThePicture() throws IOException {
    Path run = folder.resolve("run");
    List<String> train = new ArrayList<>(List.of("train", "--quiet", "--json", "--epochs=1"));
    train.addAll(SMALL);
    Cli first = Cli.run(with(train, "--run-dir=" + run));
    assertThat(first.exitCode()).as(first.err()).isZero();
    Path checkpoint = run.resolve("checkpoints/step-0000000005.safetensors");
    byte[] before = Files.readAllBytes(checkpoint);
    assertThat(find("--set=model.weights=" + run).exitCode()).isZero();
    assertThat(Files.readAllBytes(checkpoint)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(run, folder.resolve("range.png"));
    }
    Cli second = Cli.run(with(train, "--run-dir=" + folder.resolve("again")));
    assertThat(sha256(second)).isEqualTo(sha256(first));
  }

  private static String[] with(List<String> arguments, String last) {
    return Stream.concat(arguments.stream(), Stream.of(last)).toArray(String[]::new);
  }

  private static String sha256(Cli cli) throws IOException {
    return JsonMapper.builder().build().readTree(cli.lastLine()).path("weightsSha256").textValue();
  }

  @Test
  void refusesARangeThatFalls() {
    Cli cli = find("--from=1", "--to=0.1");
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.err()).contains("0 < from < to").contains("from=1.0, to=0.1");
  }
}
