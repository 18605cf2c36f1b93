package io.kitbag.train.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ExifOrientation;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.ImageTooLargeException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.transform.Transform;
import io.kitbag.models.Network;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointMetadata;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.data.Transforms;
import io.kitbag.train.loop.CheckpointFit;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.loop.Evaluator;
import io.kitbag.train.loop.Inference;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A network from a checkpoint, with the classes and the preprocessing it was trained with. One
 * thread at a time; close it to free the device's memory.
 */
public final class TrainedModel implements AutoCloseable {

  private final Path file;
  private final CheckpointMetadata metadata;
  private final Recipe recipe;
  private final InferenceNetwork network;
  private final List<Transform> transforms;
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelImage image = new PixelImage();

  private TrainedModel(
      Path file,
      Checkpoint checkpoint,
      Recipe recipe,
      Network network,
      Policy policy,
      Device device) {
    this.file = file;
    this.metadata = checkpoint.metadata();
    this.recipe = recipe;
    this.transforms = Transforms.forEvaluation(recipe);
    var normalization = recipe.data().normalization();
    this.network =
        InferenceNetwork.of(
            network,
            checkpoint.weightsToUse(),
            policy,
            device,
            new Normalization(normalization.mean(), normalization.std()));
  }

  /** The newest whole checkpoint of a run directory, or the checkpoint file itself. */
  public static CheckpointStore.Loaded find(Path checkpointOrRun) {
    return CheckpointStore.find(checkpointOrRun);
  }

  /** The recipe a checkpoint was trained with. */
  public static Recipe recipe(CheckpointStore.Loaded loaded) {
    return Recipes.parse(loaded.checkpoint().metadata().recipe(), loaded.file().toString());
  }

  /**
   * A network of the zoo with the weights of a checkpoint.
   *
   * @throws KitbagException if its weights are not those of the network it names
   */
  public static TrainedModel open(CheckpointStore.Loaded loaded, Policy policy, Device device) {
    Network network = network(loaded);
    try {
      return open(loaded, network, policy, device);
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.DATA, loaded.file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The network of the zoo that a checkpoint names.
   *
   * @throws KitbagException if there is none
   */
  public static Network network(CheckpointStore.Loaded loaded) {
    var metadata = loaded.checkpoint().metadata();
    try {
      return Zoo.network(
          metadata.model(), recipe(loaded).model().zooOptions(metadata.classes().size()));
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.DATA, loaded.file() + ": " + e.getMessage(), e);
    }
  }

  /** A network of the caller's own with the weights of a checkpoint. */
  public static TrainedModel open(
      CheckpointStore.Loaded loaded, Network network, Policy policy, Device device) {
    return new TrainedModel(
        loaded.file(), loaded.checkpoint(), recipe(loaded), network, policy, device);
  }

  public Path file() {
    return file;
  }

  /** What the checkpoint says of the run it is from. */
  public CheckpointMetadata metadata() {
    return metadata;
  }

  /** The recipe it was trained with. */
  public Recipe recipe() {
    return recipe;
  }

  /** Names of the classes in the order of the outputs. */
  public List<String> classes() {
    return metadata.classes();
  }

  /**
   * Measures the network on the test images of a data set; those that cannot be read are named in
   * messages.
   *
   * @throws KitbagException if that has other classes
   */
  public EvalResult evaluate(DataSplit images, Progress progress) {
    return evaluate(
        images,
        progress,
        image -> progress.message("left out %s: %s".formatted(image.name(), image.reason())));
  }

  /**
   * Measures the network on the test images of a data set.
   *
   * @param leftOut is given each image that cannot be read
   * @throws KitbagException if that has other classes
   */
  public EvalResult evaluate(DataSplit images, Progress progress, Consumer<CorruptImage> leftOut) {
    CheckpointFit.require(file, metadata, metadata.model(), images.train().classes());
    Pipeline test = Pipelines.of(recipe, images).test();
    EvalResult result = Evaluator.evaluate(network, test, recipe.eval(), progress);
    test.corruptImages().forEach(leftOut);
    return result;
  }

  /**
   * Classifies one image.
   *
   * @param top how many classes to rank, at least 1; fewer if there are not so many
   * @throws CorruptImageException if the file cannot be decoded
   */
  public Prediction predict(Path imageFile, int top) throws CorruptImageException {
    decoder.decode(imageFile, imageFile.toString(), image);
    if (recipe.data().exifOrientation()) {
      orientation(imageFile).apply(image);
    }
    try {
      for (int i = 0; i < transforms.size(); ) {
        i = Transform.applyAt(transforms, i, image, Draws.keyed(0, 0, 0, 0));
      }
    } catch (ImageTooLargeException e) {
      throw new CorruptImageException(imageFile.toString(), e.getMessage(), e);
    }
    try (NDManager scope = network.manager().newSubManager()) {
      double[] probabilities =
          softmax(Inference.logits(network, planes(scope), recipe.eval()).toFloatArray());
      List<Ranked> ranking =
          IntStream.range(0, probabilities.length)
              .mapToObj(i -> new Ranked(classes().get(i), i, probabilities[i]))
              .sorted(Comparator.comparingDouble(Ranked::probability).reversed())
              .limit(top)
              .toList();
      return new Prediction(imageFile, ranking);
    }
  }

  private static ExifOrientation orientation(Path imageFile) throws CorruptImageException {
    try {
      byte[] file = Files.readAllBytes(imageFile);
      return ExifOrientation.of(file, file.length);
    } catch (IOException e) {
      throw new CorruptImageException(
          imageFile.toString(), "the file cannot be read: " + e.getMessage(), e);
    }
  }

  private NDArray planes(NDManager scope) {
    int plane = image.width() * image.height();
    ByteBuffer buffer = ByteBuffer.allocateDirect(3 * plane);
    byte[] pixels = image.pixels();
    for (int i = 0; i < plane; i++) {
      for (int channel = 0; channel < 3; channel++) {
        buffer.put(channel * plane + i, pixels[3 * i + channel]);
      }
    }
    return scope
        .create(buffer, new Shape(1, 3, image.height(), image.width()), DataType.UINT8)
        .toDevice(network.device(), false);
  }

  private static double[] softmax(float[] logits) {
    double max = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double[] values = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logits[i] - max);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }

  @Override
  public void close() {
    network.close();
  }
}
