package io.kitbag.train.export;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Norm;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.precision.export.ImageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/** The logits of a network and of what was exported of it, for the same random pixels. */
final class Exports {

  static final Normalization NORMALIZATION = Normalization.imageNet();

  private Exports() {}

  /**
   * Values of which none is what it would be by default: scales of 0.8 to 1.2 (a fifth of that
   * where {@code zeroGamma} marks the end of a branch, as deep networks would amplify rounding
   * otherwise), shifts and means of −0.1 to 0.1, variances of 0.5 to 1.5.
   */
  static Map<String, HostTensor> weights(Network network) {
    Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(network, 3);
    SplittableRandom random = new SplittableRandom(4);
    for (Node node : network.nodes()) {
      double scale = node.op() instanceof Norm norm && norm.zeroGamma() ? 0.2 : 1;
      for (TensorSpec tensor : node.tensors()) {
        float[] drawn = new float[Math.toIntExact(tensor.size())];
        for (int i = 0; i < drawn.length; i++) {
          double u = random.nextDouble(-1, 1);
          drawn[i] =
              (float)
                  switch (tensor.role()) {
                    case NORM_WEIGHT -> scale * (1 + 0.2 * u);
                    case RUNNING_VAR -> 1 + 0.5 * u;
                    default -> 0.1 * u;
                  };
        }
        if (!tensor.role().isWeightMatrix()) {
          values.put(tensor.name(), HostTensor.of(drawn, drawn.length));
        }
      }
    }
    return values;
  }

  private static byte[] pixels(int batch, FeatureMap image) {
    byte[] pixels = new byte[(int) (batch * image.size())];
    new SplittableRandom(5).nextBytes(pixels);
    return pixels;
  }

  private static ByteBuffer direct(byte[] pixels) {
    return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
  }

  private static NDArray images(NDManager manager, int batch, FeatureMap image) {
    Shape shape = new Shape(batch, image.channels(), image.height(), image.width());
    return manager.create(direct(pixels(batch, image)), shape, DataType.UINT8);
  }

  /** Of the network itself. */
  static float[] expected(
      Network network, Map<String, HostTensor> values, int batch, FeatureMap image) {
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), NORMALIZATION);
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(values);
      return compiled.predict(images(scope, batch, image)).toFloatArray();
    }
  }

  /** Of an ONNX file, by onnxruntime. */
  static float[] onnx(OrtSession session, int batch, FeatureMap image, ImageInput input)
      throws OrtException {
    long[] shape = {batch, image.channels(), image.height(), image.width()};
    try (OnnxTensor images = tensor(pixels(batch, image), shape, input);
        OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, images))) {
      OnnxTensor logits = (OnnxTensor) result.get(OnnxFile.OUTPUT).orElseThrow();
      float[] values = new float[logits.getFloatBuffer().remaining()];
      logits.getFloatBuffer().get(values);
      return values;
    }
  }

  private static OnnxTensor tensor(byte[] pixels, long[] shape, ImageInput input)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (input == ImageInput.UINT8) {
      return OnnxTensor.createTensor(environment, direct(pixels), shape, OnnxJavaType.UINT8);
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

  /** Of the TorchScript file {@code <name>.pt}, as any DJL program gets them. */
  static float[] torchScript(Path folder, String name, int batch, FeatureMap image)
      throws IOException, MalformedModelException, TranslateException {
    try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
      model.load(folder, name);
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
          NDManager scope = model.getNDManager().newSubManager()) {
        NDList images = new NDList(images(scope, batch, image));
        return predictor.predict(images).singletonOrThrow().toFloatArray();
      }
    }
  }

  /** The largest difference, relative to the largest expected value. */
  static double relativeError(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError("%d values instead of %d".formatted(actual.length, expected.length));
    }
    double error = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      error = Math.max(error, Math.abs((double) actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return error / largest;
  }
}
