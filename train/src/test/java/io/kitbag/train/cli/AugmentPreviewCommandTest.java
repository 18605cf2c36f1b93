package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentPreviewCommandTest {
  @TempDir Path folder;

  @Test
  void writesAPictureAndSaysHowLargeItIs() throws IOException {
    Path file = folder.resolve("new/preview.png");
    Cli cli =
        Cli.run(
            "augment-preview",
            "--images=3",
            "--variants=2",
            "--set=data.builtin.train=30",
            "--set=augment.auto.policy=trivial-augment-wide",
            "--output=" + file);
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(cli.lastLine())
        .startsWith(file + ": 3 images in 2 epochs")
        .contains(picture.getWidth() + " x " + picture.getHeight());
  }

  @Test
  void refusesTooManyPicturesAndUnwritablePlaces() throws IOException {
    assertThat(Cli.run("augment-preview", "--images=0").exitCode()).isEqualTo(2);
    assertThat(Cli.run("augment-preview", "--images=1000", "--variants=1000").err())
        .contains("--images 1000");
    Path blocked = Files.writeString(folder.resolve("file"), "x");
    Cli cli =
        Cli.run(
            "augment-preview",
            "--images=1",
            "--variants=1",
            "--set=data.builtin.train=30",
            "--output=" + blocked.resolve("preview.png"));
    assertThat(cli.exitCode()).isEqualTo(5);
    assertThat(cli.err()).contains("preview.png");
  }
}
