package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kitbag.train.ExitCode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path photos;
  private Path packed;

  @BeforeEach
  void writePhotos() throws IOException {
    photos = folder.resolve("photos");
    packed = folder.resolve("packed");
    for (String split : new String[] {"train", "val"}) {
      for (int i = 0; i < 12; i++) {
        Path image = photos.resolve("%s/%s/%02d.png".formatted(split, "ab".charAt(i % 2), i));
        Files.createDirectories(image.getParent());
        BufferedImage picture = new BufferedImage(48, 40 + i, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(i, i, 0xff8000);
        ImageIO.write(picture, "png", image.toFile());
      }
    }
  }

  @Test
  void whatIsPackedIsTrainedOnAndPackedOnlyOnce() throws IOException {
    Path bad = Files.writeString(photos.resolve("train/a/99.png"), "no picture");
    Cli first = pack("--shard-size", "5", "--workers", "2");
    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode result = JSON.readTree(first.lastLine());
    assertThat(result.get("images").asInt()).isEqualTo(24);
    assertThat(result.get("leftOut").asInt()).isEqualTo(1);
    assertThat(result.get("shards").asInt()).isEqualTo(6);
    assertThat(result.get("reused").asInt()).isZero();
    try (Stream<Path> files = Files.list(packed)) {
      long bytes =
          files
              .filter(file -> file.toString().endsWith(".tar"))
              .mapToLong(file -> file.toFile().length())
              .sum();
      assertThat(result.get("bytes").asLong()).isEqualTo(bytes);
    }
    assertThat(bad).exists();

    JsonNode again = JSON.readTree(pack("--shard-size", "5").lastLine());
    assertThat(again.get("reused").asInt()).isEqualTo(6);
    assertThat(again.get("images")).isEqualTo(result.get("images"));

    Cli train =
        Cli.run(
            "train",
            "--data",
            packed.toString(),
            "--run-dir",
            folder.resolve("run").toString(),
            "--json",
            "--quiet",
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
            "data.sampling={kind: shards, shardsAtATime: 2, buffer: 4}",
            "--set",
            "schedule.warmupEpochs=0",
            "--set",
            "augment.crop.kind=random-resized");
    assertThat(train.exitCode()).as(train.err()).isZero();
    JsonNode trained = JSON.readTree(train.lastLine());
    assertThat(trained.get("steps").asInt()).isEqualTo(3);
    assertThat(trained.get("images").asInt()).isEqualTo(12);
    assertThat(trained.get("corruptImages").asInt()).isZero();
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(pack("--quality", "0").err()).contains("quality=0 must be at least 1");
    assertThat(pack("--quality", "0").exitCode()).isEqualTo(ExitCode.USAGE.code());
    Cli noData = Cli.run("pack", "--data", folder.resolve("no").toString(), "--out", "x");
    assertThat(noData.err()).contains("no does not exist");
    assertThat(noData.exitCode()).isEqualTo(ExitCode.DATA.code());
    assertThat(pack().exitCode()).isZero();
    Cli other = pack("--short-side", "32");
    assertThat(other.err()).contains("holds a pack of other images or settings");
    assertThat(other.exitCode()).isEqualTo(ExitCode.DATA.code());
    Cli inFile =
        Cli.run(
            "pack",
            "--data",
            photos.toString(),
            "--out",
            packed.resolve("pack.json").resolve("below").toString());
    assertThat(inFile.exitCode()).as(inFile.err()).isEqualTo(ExitCode.STORAGE.code());
  }

  private Cli pack(String... options) {
    String[] arguments = new String[options.length + 7];
    String[] fixed = {
      "pack", "--data", photos.toString(), "--out", packed.toString(), "--json", "--quiet"
    };
    System.arraycopy(fixed, 0, arguments, 0, 7);
    System.arraycopy(options, 0, arguments, 7, options.length);
    return Cli.run(arguments);
  }
}
