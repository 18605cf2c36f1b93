package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.models.Network;
import io.kitbag.models.Pretrained;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.train.ExitCode;
import io.kitbag.train.checkpoint.StartingWeights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
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

  /** As timm's Inception-V3 is. */
  @Test
  void aFileWithoutAnAuxiliaryHeadIsForANetworkWithoutOne() {
    HostTensor head = HostTensor.of(new float[7], 7);
    Network without =
        StartingWeights.network("inception_v3", Map.of("fc.bias", head), OptionalInt.empty());
    assertThat(without.auxiliary()).isEmpty();
    assertThat(Pretrained.classes(without, Map.of("fc.bias", head))).hasValue(7);
    Map<String, HostTensor> both = Map.of("fc.bias", head, "AuxLogits.fc.bias", head);
    Network with = StartingWeights.network("inception_v3", both, OptionalInt.of(3));
    assertThat(with.auxiliary()).isPresent();
    assertThat(with.tensors().get(with.tensors().size() - 1).shape()).containsExactly(3);
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

  @Test
  void exportsARunAndAFileInEveryFormat() throws IOException {
    assertThat(train("run").exitCode()).isZero();
    Path file = folder.resolve("exported");
    for (String format : new String[] {"torchscript", "onnx", "safetensors"}) {
      Cli ofRun = export(folder.resolve("run"), format, file);
      assertThat(ofRun.exitCode()).as(ofRun.err()).isZero();
      assertThat(ofRun.out()).contains("wrote cifar_resnet8d as " + format, file.toString());

      Cli ofFile = export(foreign, format, file, "--model=cifar_resnet8d", "--fold");
      assertThat(ofFile.exitCode()).as(ofFile.err()).isZero();
    }
    Cli strict = export(folder.resolve("run"), "safetensors", file);
    assertThat(strict.exitCode()).as(strict.err()).isZero();
    Safetensors weights = Safetensors.read(file);
    assertThat(weights.tensors().keySet()).containsExactlyInAnyOrderElementsOf(VALUES.keySet());
    assertThat(weights.metadata()).containsEntry("format", "pt").containsKey("classes.txt");
  }

  @Test
  void exportSaysWhatIsWrong() {
    Path file = folder.resolve("exported");
    Cli format = export(foreign, "tflite", file, "--model=cifar_resnet8d");
    assertThat(format.exitCode()).isEqualTo(ExitCode.USAGE.code());
    Cli reduced = export(foreign, "onnx", file, "--model=cifar_resnet8d", "--precision=bf16");
    assertThat(reduced.err()).contains("ONNX files are written in fp32");
    assertThat(reduced.exitCode()).isEqualTo(ExitCode.USAGE.code());
    Cli unknown = export(foreign, "onnx", file, "--model=cifar_resnet9");
    assertThat(unknown.err()).contains("--model: ");
    Cli noCheckpoint = export(foreign, "onnx", file);
    assertThat(noCheckpoint.err()).contains("is not a Kitbag checkpoint");
    assertThat(noCheckpoint.exitCode()).isEqualTo(ExitCode.DATA.code());
    assertThat(file).doesNotExist();
  }

  private static Cli export(Path source, String format, Path out, String... options) {
    String[] arguments =
        java.util.Arrays.copyOf(
            new String[] {"export", source.toString(), "--format", format, "--out", out.toString()},
            6 + options.length);
    System.arraycopy(options, 0, arguments, 6, options.length);
    return Cli.run(arguments);
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
