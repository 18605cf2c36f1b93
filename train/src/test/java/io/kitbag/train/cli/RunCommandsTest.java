package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kitbag.train.ExitCode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** train, eval and predict on a run of two short epochs. */
class RunCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path run;
  private static JsonNode trained;

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("run");
    Cli cli = train("--epochs", "2", "--run-dir", run.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    trained = JSON.readTree(cli.lastLine());
  }

  private static Cli train(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--json", "--quiet", "--batch-size", "16", "--threads", "1"));
    arguments.addAll(List.of("--set", "data.builtin={train: 48, test: 20}"));
    arguments.addAll(List.of("--set", "model.name=cifar_resnet8d", "--precision", "fp32"));
    arguments.addAll(List.of(options));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void trainPrintsItsResultAsTheLastLine() {
    assertThat(trained.get("epochs").asInt()).isEqualTo(2);
    assertThat(trained.get("steps").asInt()).isEqualTo(6);
    assertThat(trained.get("images").asInt()).isEqualTo(20);
    assertThat(trained.get("top1").asDouble()).isBetween(0., 1.);
    assertThat(trained.get("top5").asDouble()).isBetween(trained.get("top1").asDouble(), 1.);
    assertThat(trained.get("seconds").asDouble()).isPositive();
    assertThat(trained.get("runDir").asText()).isEqualTo(run.toString());
    assertThat(Path.of(trained.get("checkpoint").asText())).exists();
    assertThat(trained.get("weightsSha256").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void evalOfTheRunDirectoryRepeatsTheLastMeasurement() throws IOException {
    Cli cli = Cli.run("eval", "--checkpoint", run.toString(), "--json", "--quiet");
    JsonNode result = JSON.readTree(cli.lastLine());
    for (String key :
        List.of(
            "top1", "top5", "images", "epochs", "steps", "runDir", "checkpoint", "weightsSha256")) {
      assertThat(result.get(key)).as(key).isEqualTo(trained.get(key));
    }
    assertThat(cli.exitCode()).isZero();
  }

  @Test
  void trainTellsWhatItReadsAndEvalNamesCorruptImages() throws IOException {
    Path photos = folder.resolve("photos");
    String[] names = {"airplane", "bird"};
    for (String split : List.of("train", "val")) {
      for (int i = 0; i < 8; i++) {
        Path image = photos.resolve(split + "/" + names[i % 2] + "/" + i + ".png");
        Files.createDirectories(image.getParent());
        BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(i, i, 0xffffff);
        ImageIO.write(picture, "png", image.toFile());
      }
    }
    Path bad = Files.writeString(photos.resolve("val/bird/bad.png"), "no picture");
    Files.writeString(photos.resolve("train/bird/notes.txt"), "x");
    Path runOnPhotos = folder.resolve("on-photos");
    Cli cli =
        Cli.run(
            "train",
            "--data",
            photos.toString(),
            "--run-dir",
            runOnPhotos.toString(),
            "--json",
            "--epochs",
            "1",
            "--batch-size",
            "4",
            "--threads",
            "1",
            "--precision",
            "fp32",
            "--set",
            "model.name=cifar_resnet8d",
            "--set",
            "data.sampling.kind=class-balanced",
            "--set",
            "data.subset=3");
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    JsonNode result = JSON.readTree(cli.lastLine());
    assertThat(result.get("steps").asInt()).as("6 of 8 images").isEqualTo(1);
    assertThat(result.get("corruptImages").asInt()).isEqualTo(1);
    assertThat(result.get("waitShare").asDouble()).isBetween(0., 1.);

    Cli eval = Cli.run("eval", "--checkpoint", runOnPhotos.toString(), "--json", "--quiet");
    assertThat(JSON.readTree(eval.lastLine()).get("corruptImages").asInt()).isEqualTo(1);
    assertThat(JSON.readTree(eval.lastLine()).get("images").asInt()).isEqualTo(8);
    Cli text = Cli.run("eval", "--checkpoint", runOnPhotos.toString(), "--quiet");
    assertThat(text.out()).contains(", 1 images left out");
    assertThat(bad).exists();
  }

  @Test
  void resumedRunEndsWithTheWeightsOfOneThatWasNotStopped() throws IOException {
    String second = folder.resolve("second").toString();
    Cli stopped = train("--epochs", "2", "--run-dir", second, "--stop-after-steps", "4");
    assertThat(stopped.exitCode()).as(stopped.err()).isZero();
    assertThat(JSON.readTree(stopped.lastLine()).get("steps").asInt()).isEqualTo(4);

    Cli resumed = Cli.run("train", "--run-dir", second, "--resume", "--json", "--quiet");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(JSON.readTree(resumed.lastLine()).get("weightsSha256"))
        .isEqualTo(trained.get("weightsSha256"));
  }

  @Test
  void reportWritesThePageOfTheRunAnew() throws IOException {
    String written = Files.readString(run.resolve("report.html"));
    Path out = folder.resolve("page.html");
    Cli cli = Cli.run("report", run.toString(), "--out", out.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.lastLine()).isEqualTo(out.toString());
    assertThat(out).hasContent(written);

    Files.writeString(run.resolve("report.html"), "old");
    assertThat(Cli.run("report", run.toString()).exitCode()).isZero();
    assertThat(run.resolve("report.html")).hasContent(written);
  }

  @Test
  void reportSaysWhatIsNoRun() {
    Cli cli = Cli.run("report", folder.resolve("nothing").toString());
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
    assertThat(cli.err())
        .contains("nothing is not the directory of a run: it has no metrics.jsonl");
  }

  @Test
  void refusesADirectoryThatHoldsARun() {
    Cli cli = train("--run-dir", run.toString());
    assertThat(cli.err()).contains("--resume");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void predictPrintsAnObjectPerImageAndNamesTheCorruptOnes() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images/below"));
    Path good = images.resolve("b.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", good.toFile());
    Path bad = Files.writeString(images.resolve("a.jpg"), "not a picture");

    Cli cli =
        Cli.run("predict", "--checkpoint", run.toString(), "--json", images.getParent().toString());
    JsonNode line = JSON.readTree(cli.out());
    assertThat(cli.out().lines()).hasSize(1);
    assertThat(line.get("file").asText()).isEqualTo(good.toString());
    assertThat(line.get("top5")).hasSize(5);
    assertThat(line.get("top5").get(0).get("class")).isEqualTo(line.get("class"));
    assertThat(line.get("probability").asDouble()).isBetween(0.1, 1.);
    assertThat(cli.err()).contains(bad.toString());
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
  }

  @Test
  void predictShowsTheLikeliestClassesOfAFile() throws IOException {
    Path image = folder.resolve("one.png");
    ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    Cli cli = Cli.run("predict", "--checkpoint", run.toString(), "--top", "3", image.toString());
    assertThat(cli.out().lines())
        .hasSize(3)
        .allSatisfy(each -> assertThat(each).matches("[01]\\.\\d{4}  \\w+  .*one\\.png"));
    assertThat(cli.exitCode()).isZero();
  }

  @Test
  void predictTakesTheMiddleOfAnImageOfAnyLength() throws IOException {
    Path image = folder.resolve("long.png");
    // Resized as a whole it would have more than 2^30 pixels.
    int length = 1_000_000;
    ImageIO.write(new BufferedImage(length, 1, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    Cli cli = Cli.run("predict", "--checkpoint", run.toString(), image.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
  }

  @Test
  void saysWhatIsWrongWithACheckpoint() throws IOException {
    Path whole = Path.of(trained.get("checkpoint").asText());
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.safetensors");
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    for (Path file :
        List.of(
            cut,
            folder.resolve("none.safetensors"),
            Files.createDirectories(folder.resolve("empty")))) {
      Cli cli = Cli.run("eval", "--checkpoint", file.toString());
      assertThat(cli.err()).contains(file.toString()).doesNotContain("\tat ");
      assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.DATA.code());
    }
  }

  @Test
  void saysThatTheRunDirectoryCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Cli cli = train("--run-dir", file.resolve("run").toString());
    assertThat(cli.err()).contains(file.toString());
    assertThat(cli.exitCode()).isEqualTo(ExitCode.STORAGE.code());
  }
}
