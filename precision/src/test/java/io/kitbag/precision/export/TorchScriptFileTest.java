package io.kitbag.precision.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives as any DJL program loads them, against the network that was exported. */
class TorchScriptFileTest {

  private static final Shape IMAGES = new Shape(2, 3, 91, 85);
  private static final Normalization NORMALIZATION = Normalization.imageNet();

  @TempDir Path folder;

  private static Network network(String name) {
    return Zoo.network(name, ZooOptions.classes(10));
  }

  /** Initial values, and norms that do something: scales, shifts, means, variances. */
  private static Map<String, HostTensor> values(Network network) {
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    SplittableRandom random = new SplittableRandom(4);
    for (TensorSpec tensor : network.tensors()) {
      if (!tensor.role().isWeightMatrix()) {
        float[] drawn = new float[(int) tensor.size()];
        boolean isFactor = tensor.role() == Role.NORM_WEIGHT || tensor.role() == Role.RUNNING_VAR;
        for (int i = 0; i < drawn.length; i++) {
          double u = random.nextDouble(-0.2, 0.2);
          drawn[i] = (float) (isFactor ? 1 + u : u);
        }
        values.put(tensor.name(), HostTensor.of(drawn, drawn.length));
      }
    }
    return values;
  }

  private static byte[] pixels() {
    byte[] pixels = new byte[(int) IMAGES.size()];
    new SplittableRandom(5).nextBytes(pixels);
    return pixels;
  }

  private static NDArray images(NDManager manager, ImageInput input) {
    byte[] pixels = pixels();
    if (input == ImageInput.UINT8) {
      ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
      return manager.create(direct, IMAGES, DataType.UINT8);
    }
    float[] values = new float[pixels.length];
    int plane = (int) (IMAGES.get(2) * IMAGES.get(3));
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane % 3;
      double pixel = pixels[i] & 0xff;
      values[i] =
          (float)
              (input == ImageInput.FLOAT
                  ? pixel
                  : (pixel - NORMALIZATION.mean().get(channel)) / NORMALIZATION.std().get(channel));
    }
    return manager.create(values, IMAGES);
  }

  private static float[] expected(Network network, Map<String, HostTensor> values, Policy policy) {
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, policy, Device.cpu(), NORMALIZATION);
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(values);
      return compiled.predict(images(scope, ImageInput.UINT8)).toFloatArray();
    }
  }

  private float[] exported(Network network, Map<String, HostTensor> values, ExportSettings settings)
      throws Exception {
    Path file = folder.resolve("net.pt");
    try (OutputStream out = Files.newOutputStream(file)) {
      TorchScriptFile.write(out, network, values, settings);
    }
    try (Model model = Model.newInstance("net", Device.cpu(), "PyTorch")) {
      model.load(folder, "net");
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
          NDManager scope = model.getNDManager().newSubManager()) {
        NDList images = new NDList(images(scope, settings.input()));
        return predictor.predict(images).singletonOrThrow().toFloatArray();
      }
    }
  }

  private static double relativeError(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double error = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      error = Math.max(error, Math.abs((double) actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return error / largest;
  }

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20d, UINT8, false",
    "resnet18_v1b, FLOAT, true",
    "resnet50_v1d, NORMALIZED, false",
    "resnet50_v1c, UINT8, true",
    "resnet9, UINT8, true",
    "se_resnet50_v1d, UINT8, true",
    "resnext50_32x4d, UINT8, false",
    "resnet50_v1b_gn, FLOAT, false",
    "cifar_wideresnet10_2, UINT8, true",
    "mobilenet0.5, UINT8, true",
    "mobilenet_v2, UINT8, false",
    "mobilenet_v3_small, UINT8, true",
    "mobilenetv3_small_100, UINT8, false",
    "inception_v3, UINT8, false",
  })
  void anyDjlProgramGetsTheSameLogits(String name, ImageInput input, boolean fold)
      throws Exception {
    Network network = network(name);
    Map<String, HostTensor> values = values(network);
    Fold graph = fold ? Fold.batchNorms(network, values) : Fold.none(network, values);
    ExportSettings settings = ExportSettings.of(NORMALIZATION).withInput(input);

    float[] logits = exported(graph.network(), graph.values(), settings);
    // The same operations in the same order; folding rounds the weights anew.
    assertThat(relativeError(logits, expected(network, values, Policy.fp32()))).isLessThan(1e-5);
  }

  @Test
  void bfloat16WeightsComputeAsTheirPolicyDoes() throws Exception {
    Network network = network("cifar_resnet20d");
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    ExportSettings settings = ExportSettings.of(NORMALIZATION).withCompute(ComputeType.BF16);
    float[] logits = exported(network, values, settings);
    assertThat(relativeError(logits, expected(network, values, Policy.fp32())))
        .isBetween(1e-6, 4 * ComputeType.BF16.epsilon());
    // Where the processor lacks bf16 the policy is emulated, with roundings at other places.
    assertThat(relativeError(logits, expected(network, values, Policy.bf16())))
        .isLessThan(2 * ComputeType.BF16.epsilon());
  }

  @Test
  void reducedWeightsTakeHalfTheBytes() throws IOException {
    Network network = network("resnet18_v1b");
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    ExportSettings settings = ExportSettings.of(NORMALIZATION);
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    TorchScriptFile.write(full, network, values, settings);
    ByteArrayOutputStream half = new ByteArrayOutputStream();
    TorchScriptFile.write(half, network, values, settings.withCompute(ComputeType.FP16));
    assertThat(half.size()).isBetween((int) (0.5 * full.size()), (int) (0.51 * full.size()));
  }

  @Test
  void aFixedBatchRefusesAnother() throws Exception {
    Network network = network("cifar_resnet8d");
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    ExportSettings settings = ExportSettings.of(NORMALIZATION);
    assertThat(exported(network, values, settings.withBatch(2))).hasSize(20);
    assertThatThrownBy(() -> exported(network, values, settings.withBatch(3)))
        .hasStackTraceContaining("cifar_resnet8d was exported for batches of 3 images");
  }

  @Test
  void equalNetworksGiveEqualFilesWithTheirNotes() throws IOException {
    Network network = network("cifar_resnet8d");
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    ExportSettings settings =
        ExportSettings.of(NORMALIZATION).withNotes(Map.of("classes.txt", "cat\ndög\n"));
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    TorchScriptFile.write(first, network, values, settings);
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    TorchScriptFile.write(second, network, values, settings);
    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());

    Path file = Files.write(folder.resolve("net.pt"), first.toByteArray());
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry notes = zip.getEntry("cifar_resnet8d/extra/classes.txt");
      assertThat(new String(zip.getInputStream(notes).readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("cat\ndög\n");
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Network network = network("cifar_resnet8d");
    assertThatThrownBy(
            () ->
                TorchScriptFile.write(
                    new ByteArrayOutputStream(),
                    network,
                    Map.of(),
                    ExportSettings.of(NORMALIZATION)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conv1.weight is missing");
    assertThatThrownBy(() -> ExportSettings.of(NORMALIZATION).withBatch(0))
        .hasMessageContaining("batch of 0");
    assertThatThrownBy(() -> ExportSettings.of(NORMALIZATION).withNotes(Map.of("a/b", "")))
        .hasMessageContaining("a/b");
  }
}
