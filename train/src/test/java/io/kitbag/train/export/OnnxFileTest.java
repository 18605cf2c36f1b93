package io.kitbag.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Scale;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.export.ExportSettings;
import io.kitbag.precision.export.ImageInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ONNX files as onnxruntime computes them, against the network that was exported: the oracle's
 * kernels are others, so results differ by the rounding of fp32 sums, and the bound is 1e-4.
 */
class OnnxFileTest {

  private static final Normalization NORMALIZATION = Exports.NORMALIZATION;

  private static byte[] file(
      Network network, Map<String, HostTensor> values, FeatureMap image, ExportSettings settings)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxFile.write(out, network, values, image, settings);
    return out.toByteArray();
  }

  private static float[] computed(byte[] file, int batch, FeatureMap image, ImageInput input)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file, options)) {
        return Exports.onnx(session, batch, image, input);
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(Exports.relativeError(actual, expected)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20d, 31, false",
    "resnet18_v1b, 65, true",
    "resnet50_v1d, 67, true",
    "resnet50_v1c, 64, false",
    "resnet9, 32, true",
    "se_resnet50_v1d, 65, true",
    "resnext50_32x4d, 65, true",
    "resnet50_v1b_gn, 65, false",
    "cifar_wideresnet10_2, 32, true",
    "mobilenet0.5, 64, true",
    "mobilenet_v2, 65, false",
    "mobilenet_v3_small, 65, true",
    "mobilenet_v3_large, 64, false",
    "mobilenetv3_small_100, 65, true",
    "inception_v3, 107, true",
  })
  void onnxruntimeGetsTheLogitsOfEveryFamily(String name, int size, boolean fold) throws Exception {
    Network network = Zoo.network(name, ZooOptions.classes(10).withZeroGamma(true));
    Map<String, HostTensor> values = Exports.weights(network);
    Fold graph = fold ? Fold.batchNorms(network, values) : Fold.none(network, values);
    FeatureMap image = new FeatureMap(3, size, size);
    byte[] file = file(graph.network(), graph.values(), image, ExportSettings.of(NORMALIZATION));
    for (int batch : new int[] {1, 3}) {
      assertClose(
          computed(file, batch, image, ImageInput.UINT8),
          Exports.expected(network, values, batch, image));
    }
  }

  @ParameterizedTest
  @EnumSource(ImageInput.class)
  void takesImagesAsTheSettingsSay(ImageInput input) throws Exception {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    Map<String, HostTensor> values = Exports.weights(network);
    FeatureMap image = new FeatureMap(3, 32, 24);
    byte[] file = file(network, values, image, ExportSettings.of(NORMALIZATION).withInput(input));
    assertClose(computed(file, 2, image, input), Exports.expected(network, values, 2, image));
  }

  /** One network with every operation that is not in a residual network. */
  @Test
  void everyOperationHasItsOnnxCounterpart() throws Exception {
    Network.Builder net = Network.builder("operations", 3);
    Node x = net.add("stem", Conv2d.of(3, 16, 3, 1), net.input());
    x = net.add("group_norm", new GroupNorm(4, 16, 1e-5, false), x);
    for (Activation.Function function : Activation.Function.values()) {
      x = net.add("conv_" + function, Conv2d.depthwise(16, 3, 1), x);
      x = net.add("bn_" + function, BatchNorm.of(16), x);
      x = net.add("act_" + function, new Activation(function), x);
    }
    x = net.add("blur", new BlurPool(2), x);
    Node s = net.add("se.pool", new GlobalAvgPool(false), x);
    s = net.add("se.fc", new Conv2d(16, 16, 1, 1, 0, 1, true), s);
    s = net.add("se.gate", new Activation(Activation.Function.SIGMOID), s);
    x = net.add("se.scale", new ChannelScale(), x, s);
    x = net.add("path", new DropPath(0.1), x);
    Node average = net.add("average", new AvgPool(3, 1, 1, false), x);
    Node most = net.add("most", new MaxPool(3, 1, 1), x);
    x = net.add("concat", new Concat(2), average, most);
    x = net.add("down", new AvgPool(2, 2, true), x);
    x = net.add("global_pool", new GlobalAvgPool(), x);
    x = net.add("dropout", new Dropout(0.5), x);
    x = net.add("fc", new Linear(32, 7, true), x);
    net.add("scale", new Scale(0.125), x);
    Network network = net.build();
    Map<String, HostTensor> values = Exports.weights(network);
    FeatureMap image = new FeatureMap(3, 29, 23);
    byte[] file = file(network, values, image, ExportSettings.of(NORMALIZATION));
    assertClose(
        computed(file, 2, image, ImageInput.UINT8), Exports.expected(network, values, 2, image));
  }

  @Test
  void keepsNotesAndFixesTheBatch() throws Exception {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    Map<String, HostTensor> values = Exports.weights(network);
    FeatureMap image = new FeatureMap(3, 32, 32);
    ExportSettings settings =
        ExportSettings.of(NORMALIZATION).withBatch(2).withNotes(Map.of("classes.txt", "a\nb\n"));
    byte[] file = file(network, values, image, settings);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file)) {
      assertThat(session.getMetadata().getCustomMetadata()).containsEntry("classes.txt", "a\nb\n");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("kitbag");
    }
    assertThat(computed(file, 2, image, ImageInput.UINT8)).hasSize(20);
    assertThatThrownBy(() -> computed(file, 3, image, ImageInput.UINT8))
        .isInstanceOf(OrtException.class);
  }

  @Test
  void refusesReducedTypes() {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    ExportSettings settings = ExportSettings.of(NORMALIZATION).withCompute(ComputeType.BF16);
    assertThatThrownBy(() -> file(network, Map.of(), new FeatureMap(3, 32, 32), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fp32");
  }
}
