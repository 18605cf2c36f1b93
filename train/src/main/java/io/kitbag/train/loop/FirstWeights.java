package io.kitbag.train.loop;

import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.Pretrained;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.models.init.Init;
import io.kitbag.models.init.PatchWhitening;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.StartingWeights;
import io.kitbag.train.recipe.Normalization;
import io.kitbag.train.recipe.Recipe;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The weights a run starts with: drawn, and where the recipe asks for it taken from a file or from
 * the images.
 */
final class FirstWeights {

  /** Jordan, airbench: keeps directions that hardly occur from being blown up. */
  private static final double WHITENING_EPSILON = 5e-4;

  private FirstWeights() {}

  /**
   * For every tensor of {@code network}; a function of recipe, images and the file with pretrained
   * weights alone.
   *
   * @param messages gets a line about that file
   */
  static TensorSource of(
      Recipe recipe, Network network, Pipeline images, Consumer<String> messages) {
    Map<String, HostTensor> given = new HashMap<>();
    recipe
        .model()
        .weights()
        .ifPresent(
            file -> {
              Pretrained pretrained =
                  StartingWeights.read(file, network, recipe.model().allowHead());
              given.putAll(pretrained.values());
              messages.accept(
                  "starts from %s%s"
                      .formatted(
                          file,
                          pretrained.leftOut().isEmpty()
                              ? ""
                              : " with a new head: " + String.join(", ", pretrained.leftOut())));
            });
    if (recipe.model().whitenImages() > 0) {
      TensorSpec weight = firstConvolution(network);
      given.put(weight.name(), whitening(weight, recipe, images));
    }
    TensorSource drawn = Init.valueOf(recipe.model().init().name()).source(network, recipe.seed());
    return tensor -> {
      HostTensor value = given.get(tensor.name());
      return value == null ? drawn.get(tensor) : value;
    };
  }

  private static TensorSpec firstConvolution(Network network) {
    return network.nodes().stream()
        .map(Node::tensors)
        .flatMap(List::stream)
        .filter(tensor -> tensor.role() == Role.CONV_WEIGHT)
        .findFirst()
        .orElseThrow(() -> refuse("a convolution, which %s has not".formatted(network.name())));
  }

  private static HostTensor whitening(TensorSpec weight, Recipe recipe, Pipeline images) {
    List<Integer> shape = weight.shape();
    PatchWhitening whitening = new PatchWhitening(shape.get(1), shape.get(2), shape.get(3));
    if (shape.get(0) != whitening.outputs()) {
      throw refuse(
          "a first convolution with 2 x channels x window = %d outputs, but %s is %s"
              .formatted(whitening.outputs(), weight.name(), shape));
    }
    int wanted = recipe.model().whitenImages();
    Normalization normalization = recipe.data().normalization();
    try (EpochBatches batches = images.epoch(0)) {
      int seen = 0;
      while (seen < wanted && batches.hasNext()) {
        try (ImageBatch batch = batches.next()) {
          ByteBuffer pixels = batch.pixelsNCHW();
          for (int i = 0; i < batch.size() && seen < wanted; i++, seen++) {
            whitening.add(normalized(pixels, batch, normalization), batch.height(), batch.width());
          }
        }
      }
    }
    return whitening.filters(WHITENING_EPSILON);
  }

  /** Reads the next image of the batch as the network sees it. */
  private static float[] normalized(ByteBuffer pixels, ImageBatch batch, Normalization by) {
    int plane = batch.height() * batch.width();
    float[] image = new float[3 * plane];
    for (int i = 0; i < image.length; i++) {
      int channel = i / plane;
      image[i] = (float) (((pixels.get() & 0xff) - by.mean().get(channel)) / by.std().get(channel));
    }
    return image;
  }

  private static KitbagException refuse(String need) {
    return new KitbagException(
        ExitCode.USAGE,
        "model.whitenImages needs %s; set it to 0 or choose another network".formatted(need));
  }
}
