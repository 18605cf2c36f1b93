package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Distillation;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {

  @TempDir Path directory;
  private Path teacher;
  private TrainResult taught;

  @BeforeEach
  void trainATeacher() {
    teacher = directory.resolve("teacher");
    taught = SmallRuns.run(SmallRuns.recipe("seed=7", "epochs=1", "averaging.kind=ema"), teacher);
  }

  private static Recipe student(Path teacher, String... more) {
    return SmallRuns.recipe(more).with("distill.teacher=" + teacher);
  }

  @Test
  void resumedRunsHaveTheBitsOfAnUninterruptedOne() {
    Recipe recipe = student(teacher, "augment.mix.mixup=0.2", "precision.compute=fp16");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    TrainResult alone =
        SmallRuns.run(
            SmallRuns.recipe("augment.mix.mixup=0.2", "precision.compute=fp16"),
            directory.resolve("alone"));
    assertThat(alone.weightsSha256()).isNotEqualTo(whole.weightsSha256());
  }

  @Test
  void weightsAloneTeachAsTheirCheckpointDoes() throws IOException {
    Map<String, HostTensor> weights = CheckpointStore.load(taught.checkpoint()).weightsToUse();
    Path file = directory.resolve("weights.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, weights, Map.of());
    }
    TrainResult byCheckpoint = SmallRuns.run(student(teacher), directory.resolve("a"));
    TrainResult byWeights =
        SmallRuns.run(student(file, "distill.model=cifar_resnet8d"), directory.resolve("b"));
    assertThat(byWeights.weightsSha256()).isEqualTo(byCheckpoint.weightsSha256());
    assertThatThrownBy(() -> SmallRuns.run(student(file), directory.resolve("c")))
        .hasRootCauseInstanceOf(KitbagException.class)
        .hasStackTraceContaining("a file with weights alone needs distill.model");
  }

  @Test
  void refusesToGoOnWithAnotherTeacher() {
    Path run = directory.resolve("run");
    SmallRuns.run(student(teacher), SmallRuns.options(run, false, OptionalLong.of(1)));
    Path other = directory.resolve("other");
    SmallRuns.run(SmallRuns.recipe("seed=8"), SmallRuns.options(other, false, OptionalLong.of(1)));
    for (Recipe recipe : List.of(student(other), SmallRuns.recipe())) {
      assertThatThrownBy(
              () -> SmallRuns.run(recipe, SmallRuns.options(run, true, OptionalLong.empty())))
          .isInstanceOf(KitbagException.class)
          .hasMessageStartingWith("the run was begun with the teacher of sha256 ")
          .hasMessageEndingWith("resume with the same distill.teacher");
    }
  }

  /** With T = 1 and the teacher's own logits the soft loss is the entropy of its answers. */
  @Test
  void theTeacherAnswersWithItsRunningStatisticsAndItsNormalization() {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(4));
    Map<String, HostTensor> weights = Init.KAIMING_NORMAL.values(network, 3);
    Normalization own = new Normalization(List.of(9.0, 8.0, 7.0), List.of(3.0, 2.0, 1.0));
    Distillation rule = new Distillation(CrossEntropy.plain(), 1, 0, 1);
    try (CompiledNetwork oracle = CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), own);
        NDManager scope = oracle.manager().newSubManager();
        Objective objective =
            new Objective.Distilled(
                new Teacher(network, Policy.fp32(), own, weights), rule, oracle.manager())) {
      oracle.load(weights);
      NDArray images = scope.randomUniform(0, 255, new Shape(3, 3, 16, 16));
      NDArray logits = oracle.predict(images);
      double entropy = 0;
      float[] p = logits.softmax(1).toFloatArray();
      for (float each : p) {
        entropy -= each * Math.log(each) / 3;
      }
      NDArray labels = scope.create(new long[] {0, 1, 2});
      for (int call = 0; call < 2; call++) {
        assertThat(
                (double) objective.of(scope, images, new NDList(logits), labels).get(0).getFloat())
            .isCloseTo(entropy, within(1e-5));
      }
    }
  }

  @Test
  void refusesATeacherOfOtherClasses() {
    Path ofTwo = directory.resolve("images");
    try {
      for (String split : List.of("train", "test")) {
        for (String name : List.of("cat", "dog")) {
          Files.createDirectories(ofTwo.resolve(split).resolve(name));
          for (int i = 0; i < 8; i++) {
            ImageIO.write(
                new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB),
                "png",
                ofTwo.resolve(split).resolve(name).resolve(i + ".png").toFile());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Recipe recipe = student(teacher).withData(ofTwo);
    assertThatThrownBy(() -> SmallRuns.run(recipe, directory.resolve("run")))
        .hasStackTraceContaining("knows 10 classes but the data has 2");
  }
}
