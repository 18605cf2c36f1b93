package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneTest {

  @TempDir Path folder;

  @Test
  void whatIsFrozenStaysAsItStarted() {
    Recipe recipe =
        SmallRuns.recipe(
            "model.frozenStatistics=[bn1, \"layer1.*\"]",
            "optimizer.groups=[{name: \"layer1.*\", frozen: true}]",
            "optimizer.layerDecay=0.5");
    Path checkpoint = SmallRuns.run(recipe, folder.resolve("run")).checkpoint();
    Map<String, HostTensor> after = CheckpointStore.load(checkpoint).weights();
    ZooOptions options = ZooOptions.classes(10).withZeroGamma(recipe.model().zeroGamma());
    Network network = Zoo.network(recipe.model().name(), options);
    Map<String, HostTensor> before =
        Init.valueOf(recipe.model().init().name()).values(network, recipe.seed());

    assertThat(after).hasSameSizeAs(before);
    before.forEach(
        (name, start) -> {
          boolean frozen = name.startsWith("layer1.") || name.startsWith("bn1.running_");
          assertThat(after.get(name).equals(start)).as(name).isEqualTo(frozen);
        });
  }

  @Test
  void aPatternThatFitsNothingIsNamed() {
    Recipe recipe = SmallRuns.recipe("model.frozenStatistics=[\"layer9.*\"]");
    assertThatThrownBy(() -> SmallRuns.run(recipe, folder.resolve("run")))
        .hasRootCauseMessage("layer9.* fits no batch norm of " + recipe.model().name())
        .hasStackTraceContaining(KitbagException.class.getSimpleName())
        .hasStackTraceContaining("model.frozenStatistics");
  }
}
