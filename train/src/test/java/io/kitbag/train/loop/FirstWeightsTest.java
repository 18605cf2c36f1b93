package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.train.KitbagException;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Normalization;
import io.kitbag.train.recipe.Recipe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstWeightsTest {

  private static final int IMAGES = 80;
  private static final Recipe RECIPE = SmallRuns.recipe("model.whitenImages=" + IMAGES);

  private static Network network(int outputs) {
    Network.Builder net = Network.builder("whitened", 3);
    Node x = net.add("stem", new Conv2d(3, outputs, 2, 1, 0, 1, true), net.input());
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(outputs, 10, true), x);
    return net.build();
  }

  private static Pipeline images(Recipe recipe) {
    return Pipelines.of(recipe, new DataSplit(BuiltIn.train(0, IMAGES), BuiltIn.train(0, 16)))
        .train();
  }

  private static Map<String, HostTensor> first(
      Recipe recipe, Network network, Consumer<String> messages) {
    return FirstWeights.of(recipe, network, images(recipe), messages).values(network);
  }

  @Test
  void theFirstConvolutionWhitensTheTrainingImages() {
    Map<String, HostTensor> weights = first(RECIPE, network(24), message -> {});
    float[] filter = weights.get("stem.weight").toFloats();
    Normalization by = RECIPE.data().normalization();
    double squares = 0;
    long patches = 0;
    try (EpochBatches batches = images(RECIPE).epoch(0)) {
      while (batches.hasNext()) {
        try (ImageBatch batch = batches.next()) {
          ByteBuffer pixels = batch.pixelsNCHW();
          int side = batch.width();
          for (int n = 0; n < batch.size(); n++) {
            for (int y = 0; y < side - 1; y++) {
              for (int x = 0; x < side - 1; x++) {
                double response = 0;
                for (int i = 0; i < 12; i++) {
                  int channel = i / 4;
                  int at = ((n * 3 + channel) * side + y + i / 2 % 2) * side + x + i % 2;
                  double value = (pixels.get(at) & 0xff) - by.mean().get(channel);
                  response += filter[i] * value / by.std().get(channel);
                }
                squares += response * response;
                patches++;
              }
            }
          }
        }
      }
    }
    // The largest eigenvalue is above 1, so that epsilon takes less than a thousandth.
    assertThat(squares / patches).isCloseTo(1, within(1e-3));
    assertThat(weights.get("stem.bias").toFloats()).hasSize(24);
  }

  @Test
  void areTheSameForAnyNumberOfWorkers() {
    Recipe other = SmallRuns.recipe("model.whitenImages=" + IMAGES, "runtime.workers=3");
    assertThat(first(other, network(24), message -> {}))
        .isEqualTo(first(RECIPE, network(24), message -> {}));
  }

  @Test
  void refusesANetworkWhoseFirstConvolutionCannotWhiten() {
    assertThatThrownBy(() -> first(RECIPE, network(16), message -> {}))
        .isInstanceOf(KitbagException.class)
        .hasMessage(
            "model.whitenImages needs a first convolution with 2 x channels x window = 24 outputs, but stem.weight is [16, 3, 2, 2]; set it to 0 or choose another network");
  }

  @Test
  void startsFromTheWeightsOfAFileWithANewHeadWhereAllowed(@TempDir Path folder)
      throws IOException {
    Network network = network(24);
    Map<String, HostTensor> saved = new LinkedHashMap<>(Init.KAIMING_NORMAL.values(network, 77));
    saved.put("fc.weight", HostTensor.of(new float[7 * 24], 7, 24));
    saved.put("fc.bias", HostTensor.of(new float[7], 7));
    Path file = folder.resolve("other.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, saved, Map.of());
    }
    Recipe strict = SmallRuns.recipe("model.weights=" + file);
    assertThatThrownBy(() -> first(strict, network, message -> {}))
        .isInstanceOf(KitbagException.class)
        .hasMessageContainingAll(file.toString(), "fc.weight has shape [7, 24]", "fc.bias");

    Recipe allowing = strict.with("model.allowHead=true");
    List<String> messages = new ArrayList<>();
    var weights = first(allowing, network, messages::add);
    assertThat(weights.get("stem.weight")).isEqualTo(saved.get("stem.weight"));
    assertThat(weights.get("fc.weight"))
        .isEqualTo(Init.XAVIER_UNIFORM.values(network, allowing.seed()).get("fc.weight"));
    assertThat(messages).singleElement().asString().contains("new head: fc.weight, fc.bias");
  }
}
