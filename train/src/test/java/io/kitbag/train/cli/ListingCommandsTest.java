package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingCommandsTest {

  @Test
  void tellsItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("kitbag ").contains("Java");
  }

  @Test
  void listsEveryNetworkOfTheZoo() {
    assertThat(Cli.run("models").out()).contains(Zoo.names());
  }

  @Test
  void countsWhatTorchvisionCounts() throws Exception {
    JsonNode all = new ObjectMapper().readTree(Cli.run("models", "--json").out());
    assertThat(all).hasSize(Zoo.names().size());
    for (JsonNode network : all) {
      if (network.get("name").asText().equals("resnet50_v1b")) {
        // torchvision 0.15.2, resnet50: weights.meta num_params and _ops.
        assertThat(network.get("parameters").asLong()).isEqualTo(25_557_032);
        assertThat(network.get("macs").asDouble() / 1e9).isBetween(4.08, 4.10);
      }
    }
  }

  @Test
  void showsANetworkLayerByLayerAtTheSizeAskedFor() throws Exception {
    Cli cli = Cli.run("models", "cifar_resnet20d", "--size", "48", "--classes", "7", "--json");
    JsonNode network = new ObjectMapper().readTree(cli.out());
    JsonNode layers = network.get("layers");
    JsonNode last = layers.get(layers.size() - 1);
    assertThat(network.get("image").toString()).isEqualTo("[3,48,48]");
    assertThat(last.get("op").asText()).isEqualTo("Linear");
    assertThat(last.get("output").toString()).isEqualTo("[7,1,1]");
    assertThat(Cli.run("models", "cifar_resnet20d").out()).contains("total", "272,474");
  }

  @Test
  void countsTheBytesOfActivationsInTheChosenFormat() throws Exception {
    String[] arguments = {"models", "resnet18_v1b", "--json", "--precision"};
    ObjectMapper json = new ObjectMapper();
    JsonNode full = json.readTree(Cli.run(with(arguments, "fp32")).out());
    JsonNode half = json.readTree(Cli.run(with(arguments, "bf16")).out());
    // conv1: 64 x 112 x 112 values.
    assertThat(half.get("layers").get(1).get("activationBytes").asLong()).isEqualTo(1_605_632);
    assertThat(full.get("activationBytes").asLong())
        .isEqualTo(2 * half.get("activationBytes").asLong());
    assertThat(half.get("precision").asText()).isEqualTo("bf16");
  }

  private static String[] with(String[] arguments, String last) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  @Test
  void listsThePresets() {
    assertThat(Cli.run("recipes").out()).contains(Recipes.names());
    assertThat(Cli.run("recipes", "keys").out().lines()).containsExactlyElementsOf(Recipes.keys());
  }

  @Test
  void showsARecipeThatReadsBackEqual(@TempDir Path folder) throws Exception {
    Cli cli = Cli.run("recipes", "show", "cifar10", "--set", "epochs=7", "--set", "seed=3");
    Path file = Files.writeString(folder.resolve("mine.yaml"), cli.out());
    assertThat(Recipes.read(file)).isEqualTo(Recipe.preset("cifar10").with("epochs=7", "seed=3"));
  }

  @Test
  void explainsEveryOption() {
    for (String command :
        new String[] {"train", "eval", "predict", "models", "recipes", "doctor"}) {
      Cli cli = Cli.run(command, "--help");
      assertThat(cli.exitCode()).as(command).isZero();
      assertThat(cli.out()).as(command).startsWith("Usage: kitbag " + command);
    }
    var train = Main.commandLine(java.util.List.of()).getSubcommands().get("train");
    assertThat(train.getCommandSpec().options())
        .allSatisfy(
            option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
  }
}
