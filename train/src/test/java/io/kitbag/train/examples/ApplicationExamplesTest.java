package io.kitbag.train.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.models.Network;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.optim.UpdateRule;
import io.kitbag.precision.Policy;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.app.Networks;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.loop.Trainer;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the how-to pages: an application with parts of its own. */
class ApplicationExamplesTest {

  private static final Recipe RECIPE =
      Recipe.preset("quickstart")
          .with("epochs=1", "batchSize=16", "data.builtin={train: 64, test: 32}")
          .with("model.name=cifar_resnet8d", "runtime.threads=1", "precision.compute=fp32");

  @TempDir Path folder;

  @Test
  void trainsANetworkOfItsOwn() {
    Recipe recipe = RECIPE.with("model.name=small-vgg");
    RunOptions options = RunOptions.in(folder.resolve("run"));

    AbstractModule networks =
        new AbstractModule() {
          @Override
          protected void configure() {
            Networks.bind(binder(), "small-vgg").toInstance(SmallVgg::network);
          }
        };
    Trainer trainer = Kitbag.app(recipe, options, networks).getInstance(Trainer.class);
    TrainResult result = trainer.run();

    assertThat(result.steps()).isEqualTo(4);

    var newest = TrainedModel.find(result.runDirectory());
    Network network = SmallVgg.network(ZooOptions.classes(10));
    try (TrainedModel model = TrainedModel.open(newest, network, Policy.fp32(), Device.cpu())) {
      EvalResult eval = model.evaluate(DataSplit.builtIn(0), Progress.onStandardError());

      assertThat(eval.images()).isEqualTo(BuiltIn.TEST_SIZE);
    }
  }

  @Test
  void replacesImagesUpdateRuleAndMeters() throws Exception {
    ImageDataset train = encoded(BuiltIn.train(0, 64));
    ImageDataset test = encoded(BuiltIn.test(0, 32));
    RunOptions options = RunOptions.in(folder.resolve("run"));

    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AbstractModule parts =
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(DataSplit.class).toInstance(new DataSplit(train, test));
            bind(UpdateRule.class).toInstance(new Signum(0.9));
            bind(MeterRegistry.class).toInstance(prometheus);
          }
        };
    Recipe recipe = RECIPE.with("schedule={learningRate: 0.001, baseBatch: 0}");
    Kitbag.app(recipe, options, parts).getInstance(Trainer.class).run();
    String page = prometheus.scrape(); // what an HTTP handler would answer

    assertThat(page)
        .contains(
            "kitbag_train_steps_total 4.0",
            "kitbag_train_images_total 64.0",
            "kitbag_train_loss ",
            "kitbag_train_learning_rate ",
            "kitbag_train_step_seconds_count{phase=\"forward\"} 4");
  }

  /** The pictures as PNG files in memory. */
  private static ImageDataset encoded(ImageDataset data) throws Exception {
    List<ImagesInMemory.Item> items = new ArrayList<>();
    PixelImage image = new PixelImage();
    for (int i = 0; i < data.size(); i++) {
      data.read(i, image);
      BufferedImage picture =
          new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
      for (int y = 0, at = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++, at += 3) {
          byte[] rgb = image.pixels();
          picture.setRGB(
              x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff);
        }
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(picture, "png", png);
      items.add(new ImagesInMemory.Item(data.name(i), png.toByteArray(), data.label(i)));
    }
    return new ImagesInMemory(data.classes(), items);
  }
}
