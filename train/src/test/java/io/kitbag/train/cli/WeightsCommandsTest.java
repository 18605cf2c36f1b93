package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of a network of seven classes, as a data-parallel program would have saved them. */
class WeightsCommandsTest {
  private static final Network NETWORK = Zoo.network("cifar_resnet8d", ZooOptions.classes(7));
  private static final Map<String, HostTensor> VALUES = Init.KAIMING_NORMAL.values(NETWORK, 3);

  @TempDir Path folder;
  private Path foreign;

  @BeforeEach
  void save() throws IOException {
    Map<String, HostTensor> wrapped = new LinkedHashMap<>();
    VALUES.forEach((name, tensor) -> wrapped.put("module." + name, tensor));
    foreign = folder.resolve("foreign.safetensors");
    try (OutputStream out = Files.newOutputStream(foreign)) {
      Safetensors.write(out, wrapped, Map.of());
    }
  }

  @Test
  void importWritesTheNetworksOwnNamesForAsManyClassesAsTheFileHas() throws IOException {
    Path out = folder.resolve("own.safetensors");
    Cli cli =
        Cli.run("import", foreign.toString(), "--model", "cifar_resnet8d", "--out", out.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("cifar_resnet8d with 7 classes", WeightsDigest.sha256(VALUES));
    assertThat(Safetensors.read(out).tensors()).isEqualTo(new LinkedHashMap<>(VALUES));
    assertThat(Safetensors.read(out).metadata()).containsEntry("format", "pt");
  }

  @Test
  void importNamesWhatDoesNotFitAndWritesNothing() {
    Path out = folder.resolve("own.safetensors");
    Cli cli =
        Cli.run("import", foreign.toString(), "--model", "cifar_resnet20", "--out", out.toString());
    assertThat(cli.err())
        .contains(foreign.toString(), "layer3.2.conv2.weight is missing", "downsample.2.weight");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
    assertThat(out).doesNotExist();
  }

  @Test
  void trainingStartsFromAFileAndFromARunOfAnotherHead() {
    Cli strict = train("a", "--weights", foreign.toString());
    assertThat(strict.err()).contains("fc.weight has shape [7, 64] instead of [10, 64]");
    assertThat(strict.exitCode()).isEqualTo(ExitCode.DATA.code());

    Cli fromFile = train("b", "--weights", foreign.toString(), "--allow-head");
    assertThat(fromFile.exitCode()).as(fromFile.err()).isZero();

    Cli fromRun = train("c", "--weights", folder.resolve("b").toString());
    assertThat(fromRun.exitCode()).as(fromRun.err()).isZero();
  }

  private Cli train(String run, String... options) {
    String[] all = {
      "train",
      "--quiet",
      "--epochs=1",
      "--batch-size=16",
      "--threads=1",
      "--precision=fp32",
      "--set=data.builtin={train: 16, test: 10}",
      "--set=model.name=cifar_resnet8d",
      "--run-dir=" + folder.resolve(run)
    };
    String[] arguments = java.util.Arrays.copyOf(all, all.length + options.length);
    System.arraycopy(options, 0, arguments, all.length, options.length);
    return Cli.run(arguments);
  }
}
