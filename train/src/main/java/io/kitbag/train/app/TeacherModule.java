package io.kitbag.train.app;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.Network;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.checkpoint.StartingWeights;
import io.kitbag.train.loop.CheckpointFit;
import io.kitbag.train.loop.Teacher;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds the teacher that {@code distill.teacher} names, if it does. */
final class TeacherModule extends AbstractModule {

  @Provides
  @Singleton
  Optional<Teacher> teacher(
      Recipe recipe,
      DataSplit images,
      Device device,
      Policy policy,
      Map<String, Networks.Factory> own) {
    List<String> classes = images.train().classes();
    return recipe
        .distill()
        .teacher()
        .map(
            source ->
                recipe
                    .distill()
                    .model()
                    .map(model -> fromWeights(source, model, recipe, classes, policy, own))
                    .orElseGet(() -> fromCheckpoint(source, classes, device, own)));
  }

  /** A checkpoint says what it is and how its images were prepared. */
  private static Teacher fromCheckpoint(
      Path source, List<String> classes, Device device, Map<String, Networks.Factory> own) {
    CheckpointStore.Loaded loaded;
    try {
      loaded = CheckpointStore.find(source);
    } catch (KitbagException e) {
      throw new KitbagException(
          ExitCode.DATA,
          "distill.teacher: %s (a file with weights alone needs distill.model)"
              .formatted(e.getMessage()),
          e);
    }
    Checkpoint checkpoint = loaded.checkpoint();
    CheckpointFit.require(
        loaded.file(), checkpoint.metadata(), checkpoint.metadata().model(), classes);
    Recipe ofTeacher = TrainedModel.recipe(loaded);
    Network network = network(checkpoint.metadata().model(), classes.size(), own);
    return new Teacher(
        network,
        Policies.of(ofTeacher.precision(), device),
        normalization(ofTeacher),
        fitting(network, checkpoint.weightsToUse(), loaded.file()));
  }

  /** Weights alone are taken to want the student's images, in the student's precision. */
  private static Teacher fromWeights(
      Path source,
      String model,
      Recipe recipe,
      List<String> classes,
      Policy policy,
      Map<String, Networks.Factory> own) {
    Network network = network(model, classes.size(), own);
    return new Teacher(
        network,
        policy,
        normalization(recipe),
        StartingWeights.read(source, network, false).values());
  }

  private static Network network(String model, int classes, Map<String, Networks.Factory> own) {
    try {
      ZooOptions options = ZooOptions.classes(classes);
      return own.containsKey(model) ? own.get(model).apply(options) : Zoo.network(model, options);
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.USAGE, "distill.model: " + e.getMessage(), e);
    }
  }

  private static Map<String, HostTensor> fitting(
      Network network, Map<String, HostTensor> weights, Path file) {
    try {
      network.requireMatching(weights);
      return weights;
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.DATA, file + ": " + e.getMessage(), e);
    }
  }

  private static Normalization normalization(Recipe recipe) {
    var normalization = recipe.data().normalization();
    return new Normalization(normalization.mean(), normalization.std());
  }
}
