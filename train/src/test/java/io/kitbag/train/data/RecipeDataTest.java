package io.kitbag.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.RecipeException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeDataTest {
  private static final Recipe RECIPE =
      Recipe.preset("quickstart").with("data.builtin={train: 200, test: 50}", "batchSize=10");

  @TempDir Path folder;

  @Test
  void subsetAndHoldOutComeBeforeTraining() {
    DataSplit part = RecipeData.open(RECIPE.with("data.subset=0.1"));
    assertThat(part.train().size()).isEqualTo(20);
    assertThat(part.validation().size()).isEqualTo(50);
    assertThat(RecipeData.open(RECIPE.with("data.subset=3")).train().classCounts()).containsOnly(3);
    DataSplit held = RecipeData.open(RECIPE.with("data.holdOut=0.25", "seed=9"));
    assertThat(held.train().size()).isEqualTo(150);
    assertThat(held.validation().classCounts()).containsOnly(5);
    assertThat(names(held.validation()))
        .as("not the run's seed")
        .isEqualTo(names(RecipeData.open(RECIPE.with("data.holdOut=0.25")).validation()))
        .isNotEqualTo(
            names(
                RecipeData.open(RECIPE.with("data.holdOut=0.25", "data.splitSeed=1"))
                    .validation()));
  }

  @Test
  void aFolderNeedsNoValidationImagesIfSomeAreHeldOut() throws IOException {
    for (int i = 0; i < 12; i++) {
      Path image = folder.resolve("images/" + i % 2 + "/" + i + ".png");
      Files.createDirectories(image.getParent());
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    }
    DataSplit split =
        RecipeData.open(RECIPE.withData(folder).with("data.train=images", "data.holdOut=0.3"));
    assertThat(split.train().size()).isEqualTo(8);
    assertThat(split.validation().size()).isEqualTo(4);
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> RECIPE.with("data.validation=x", "data.holdOut=0.3"))
        .withMessageContaining("data.validation: x is not used, as holdOut=0.3");
  }

  @Test
  void ranksShareTheTrainingImagesAndMeasureAllTestImages() {
    for (String kind : new String[] {"shuffle", "shards", "class-balanced"}) {
      Set<Integer> seen = new HashSet<>();
      for (int rank = 0; rank < 4; rank++) {
        Recipe recipe =
            RECIPE.with("data.sampling.kind=" + kind, "data.world=4", "data.rank=" + rank);
        Pipelines pipelines = Pipelines.of(recipe, RecipeData.open(recipe));
        Pipeline train = pipelines.train();
        assertThat(train.batchesPerEpoch()).isEqualTo(5);
        IntStream.of(train.order(0)).forEach(index -> assertThat(seen.add(index)).isTrue());
        assertThat(pipelines.test().batchesPerEpoch()).isEqualTo(1);
      }
      assertThat(seen).hasSize(200);
    }
    assertThatExceptionOfType(RecipeException.class)
        .isThrownBy(() -> RECIPE.with("data.rank=1"))
        .withMessageContaining("data.rank: 1 must be at least 0 and below world=1");
  }

  private static Set<String> names(ImageDataset data) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      names.add(data.name(i));
    }
    return names;
  }
}
