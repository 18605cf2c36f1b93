package io.kitbag.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.inject.Injector;
import io.kitbag.precision.Policy;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.loop.Trainer;
import io.kitbag.train.predict.Prediction;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void trainsAndPredicts(@TempDir Path folder) throws Exception {
    String likeliest;
    Path image = folder.resolve("image.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image.toFile());

    Recipe recipe =
        Recipe.preset("quickstart")
            .with("epochs=1", "batchSize=16", "data.builtin={train: 64, test: 32}")
            .with("model.name=cifar_resnet8d", "runtime.threads=1", "precision.compute=fp32");
    Injector app = Kitbag.app(recipe, RunOptions.in(folder.resolve("run")));
    TrainResult result = app.getInstance(Trainer.class).run();
    double top1 = result.eval().orElseThrow().top1();

    var newest = TrainedModel.find(result.runDirectory());
    try (TrainedModel model = TrainedModel.open(newest, Policy.fp32(), Device.cpu())) {
      Prediction prediction = model.predict(image, 3); // the three likeliest classes
      likeliest = prediction.best().className();
    }

    assertThat(likeliest).isNotBlank();
    assertThat(top1).isBetween(0.0, 1.0);
    assertThat(result.steps()).isEqualTo(4);
  }
}
