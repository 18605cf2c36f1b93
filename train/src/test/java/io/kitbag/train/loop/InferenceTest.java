package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.train.recipe.EvalRecipe;
import io.kitbag.train.recipe.Recipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceTest {

  private static final int IMAGES = 2;
  private static final int HEIGHT = 8;
  private static final int WIDTH = 9;

  private InferenceNetwork network;
  private NDManager scope;
  private NDArray images;

  @BeforeEach
  void makeNetworkAndImages() {
    Network.Builder net = Network.builder("tiny", 3);
    Node x = net.add("conv", Conv2d.of(3, 8, 3, 2), net.input());
    x = net.add("relu", new Relu(), x);
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(8, 3, true), x);
    Network graph = net.build();
    network =
        InferenceNetwork.of(
            graph,
            Init.KAIMING_NORMAL.values(graph, 1),
            Policy.fp32(),
            Device.cpu(),
            Normalization.none(3));
    scope = network.manager().newSubManager();
    images = scope.randomNormal(new Shape(IMAGES, 3, HEIGHT, WIDTH));
  }

  @AfterEach
  void close() {
    scope.close();
    network.close();
  }

  private static EvalRecipe how(boolean flip, int shift) {
    return Recipe.preset("baseline").with("eval.flip=" + flip, "eval.shift=" + shift).eval();
  }

  private float[] logits(NDArray of, boolean flip, int shift) {
    return Inference.logits(network, of, how(flip, shift)).toFloatArray();
  }

  /** The images moved by a plain loop, the border mirrored without repeating the edge. */
  private NDArray moved(int by) {
    float[] from = images.toFloatArray();
    float[] to = new float[from.length];
    for (int plane = 0; plane < IMAGES * 3; plane++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          to[(plane * HEIGHT + y) * WIDTH + x] =
              from[(plane * HEIGHT + mirror(y - by, HEIGHT)) * WIDTH + mirror(x - by, WIDTH)];
        }
      }
    }
    return scope.create(to, new Shape(IMAGES, 3, HEIGHT, WIDTH));
  }

  private static int mirror(int i, int size) {
    return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
  }

  @Test
  void averagesAnImageAndItsMirrorImage() {
    float[] averaged = logits(images, true, 0);
    float[] asIs = logits(images, false, 0);
    float[] mirrored = logits(images.flip(3), false, 0);
    for (int i = 0; i < averaged.length; i++) {
      assertThat(averaged[i]).isEqualTo((asIs[i] + mirrored[i]) / 2);
    }
    assertThat(asIs).isNotEqualTo(mirrored);
  }

  @Test
  void givesMovedImagesAQuarterEach() {
    int before = scope.getManagedArrays().size();
    Inference.logits(network, images, how(true, 2)).close();
    assertThat(scope.getManagedArrays()).hasSize(before);
    for (boolean flip : new boolean[] {false, true}) {
      float[] averaged = logits(images, flip, 2);
      float[] asIs = logits(images, flip, 0);
      float[] upLeft = logits(moved(-2), flip, 0);
      float[] downRight = logits(moved(2), flip, 0);
      for (int i = 0; i < averaged.length; i++) {
        // A few roundings of fp32.
        assertThat(averaged[i])
            .isCloseTo((2 * asIs[i] + upLeft[i] + downRight[i]) / 4, within(1e-6f));
      }
      assertThat(upLeft).isNotEqualTo(downRight);
    }
  }
}
