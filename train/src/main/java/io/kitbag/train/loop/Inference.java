package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import io.kitbag.precision.CompiledNetwork;

/** How a trained network looks at images. */
public final class Inference {

  private static final int WIDTH_AXIS = 3;

  private Inference() {}

  /**
   * Logits with running statistics.
   *
   * @param imagesNchw as for {@link CompiledNetwork#predict}
   * @param flip average the logits of the images and of their mirror images
   * @return fp32 logits N × K, owned by the images' manager
   */
  public static NDArray logits(CompiledNetwork network, NDArray imagesNchw, boolean flip) {
    NDArray logitsNk = network.predict(imagesNchw);
    if (!flip) {
      return logitsNk;
    }
    try (logitsNk;
        NDArray mirroredNchw = imagesNchw.flip(WIDTH_AXIS);
        NDArray mirroredLogitsNk = network.predict(mirroredNchw);
        NDArray sumNk = logitsNk.add(mirroredLogitsNk)) {
      return sumNk.div(2);
    }
  }
}
