package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.train.recipe.EvalRecipe;

/** How a trained network looks at images. */
public final class Inference {

  private static final int HEIGHT_AXIS = 2;
  private static final int WIDTH_AXIS = 3;

  private Inference() {}

  /**
   * Logits with running statistics, averaged over the views that {@code how} asks for: the images,
   * their mirror images, and both of them moved.
   *
   * @param imagesNchw as for {@link InferenceNetwork#predict}
   * @param how of it {@code flip} and {@code shift}, which must be below height and width
   * @return fp32 logits N × K, owned by the images' manager
   */
  public static NDArray logits(InferenceNetwork network, NDArray imagesNchw, EvalRecipe how) {
    if (how.shift() == 0) {
      return mirrored(network, imagesNchw, how.flip());
    }
    int shift = how.shift();
    try (NDManager scope = imagesNchw.getManager().newSubManager()) {
      NDArray views = imagesNchw.duplicate();
      views.attach(scope);
      NDArray upLeft = moved(moved(views, HEIGHT_AXIS, -shift), WIDTH_AXIS, -shift);
      NDArray downRight = moved(moved(views, HEIGHT_AXIS, shift), WIDTH_AXIS, shift);
      NDArray sumNk =
          mirrored(network, views, how.flip())
              .mul(2)
              .add(mirrored(network, upLeft, how.flip()))
              .add(mirrored(network, downRight, how.flip()));
      NDArray meanNk = sumNk.div(4);
      meanNk.attach(imagesNchw.getManager());
      return meanNk;
    }
  }

  private static NDArray mirrored(InferenceNetwork network, NDArray imagesNchw, boolean flip) {
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

  /** Moves images along an axis; what comes in is the border mirrored, without its last line. */
  private static NDArray moved(NDArray imagesNchw, int axis, int by) {
    long size = imagesNchw.getShape().get(axis);
    int shift = Math.abs(by);
    if (by > 0) {
      NDArray border = imagesNchw.get(along(axis, 1, shift + 1)).flip(axis);
      NDArray rest = imagesNchw.get(along(axis, 0, size - shift));
      return NDArrays.concat(new NDList(border, rest), axis);
    }
    NDArray rest = imagesNchw.get(along(axis, shift, size));
    NDArray border = imagesNchw.get(along(axis, size - 1 - shift, size - 1)).flip(axis);
    return NDArrays.concat(new NDList(rest, border), axis);
  }

  private static NDIndex along(int axis, long from, long to) {
    NDIndex index = new NDIndex();
    for (int i = 0; i < axis; i++) {
      index.addAllDim();
    }
    return index.addSliceDim(from, to);
  }
}
