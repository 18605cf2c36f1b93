package io.kitbag.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
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
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.precision.export.ExportSettings;
import io.kitbag.precision.export.ImageInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ONNX files as onnxruntime computes them, against the network that was exported: the oracle's
 * kernels are others, so results differ by the rounding of fp32 sums, and the bound is 1e-4.
 */
class OnnxFileTest {

  private static final Normalization NORMALIZATION = Normalization.imageNet();

  private static byte[] pixels(int batch, FeatureMap image) {
    byte[] pixels = new byte[(int) (batch * image.size())];
    new SplittableRandom(5).nextBytes(pixels);
    return pixels;
  }

  private static float[] expected(
      Network network, Map<String, HostTensor> values, int batch, FeatureMap image) {
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), NORMALIZATION);
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(values);
      byte[] pixels = pixels(batch, image);
      ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
      NDArray images =
          scope.create(
              direct,
              new Shape(batch, image.channels(), image.height(), image.width()),
              DataType.UINT8);
      return compiled.predict(images).toFloatArray();
    }
  }

  private static byte[] file(
      Network network, Map<String, HostTensor> values, FeatureMap image, ExportSettings settings)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxFile.write(out, network, values, image, settings);
    return out.toByteArray();
  }

  private static float[] computed(byte[] file, int batch, FeatureMap image, ImageInput input)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {batch, image.channels(), image.height(), image.width()};
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file, options);
          OnnxTensor images = tensor(environment, pixels(batch, image), shape, input);
          OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, images))) {
        OnnxTensor logits = (OnnxTensor) result.get(OnnxFile.OUTPUT).orElseThrow();
        float[] values = new float[logits.getFloatBuffer().remaining()];
        logits.getFloatBuffer().get(values);
        return values;
      }
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, byte[] pixels, long[] shape, ImageInput input)
      throws OrtException {
    if (input == ImageInput.UINT8) {
      ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
      return OnnxTensor.createTensor(environment, direct, shape, OnnxJavaType.UINT8);
    }
    float[] values = new float[pixels.length];
    int plane = (int) (shape[2] * shape[3]);
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane % (int) shape[1];
      double pixel = pixels[i] & 0xff;
      double mean = NORMALIZATION.mean().get(channel);
      double std = NORMALIZATION.std().get(channel);
      values[i] = (float) (input == ImageInput.FLOAT ? pixel : (pixel - mean) / std);
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double error = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      error = Math.max(error, Math.abs((double) actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    assertThat(error / largest).isLessThan(1e-4);
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
    "inception_v3, 107, true",
  })
  void onnxruntimeGetsTheLogitsOfEveryFamily(String name, int size, boolean fold) throws Exception {
    Network network = Zoo.network(name, ZooOptions.classes(10));
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    Fold graph = fold ? Fold.batchNorms(network, values) : Fold.none(network, values);
    FeatureMap image = new FeatureMap(3, size, size);
    byte[] file = file(graph.network(), graph.values(), image, ExportSettings.of(NORMALIZATION));
    for (int batch : new int[] {1, 3}) {
      assertClose(
          computed(file, batch, image, ImageInput.UINT8), expected(network, values, batch, image));
    }
  }

  @ParameterizedTest
  @EnumSource(ImageInput.class)
  void takesImagesAsTheSettingsSay(ImageInput input) throws Exception {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    FeatureMap image = new FeatureMap(3, 32, 24);
    byte[] file = file(network, values, image, ExportSettings.of(NORMALIZATION).withInput(input));
    assertClose(computed(file, 2, image, input), expected(network, values, 2, image));
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
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    FeatureMap image = new FeatureMap(3, 29, 23);
    byte[] file = file(network, values, image, ExportSettings.of(NORMALIZATION));
    assertClose(computed(file, 2, image, ImageInput.UINT8), expected(network, values, 2, image));
  }

  @Test
  void keepsNotesAndFixesTheBatch() throws Exception {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
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
