package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.weights.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A network as a plain DJL block: one DJL operator per node, float32, batches of N × C × H × W in
 * and logits N × K out. It works with any DJL trainer or predictor and is the oracle for faster
 * executions.
 *
 * <p>Parameters and buffers carry the full names of {@link Network#tensors()}, in that order. Each
 * intermediate result is closed as soon as its last reader has run, which autograd allows (it holds
 * its own references); the caller's input never is. The result belongs to the input's manager. A
 * network with an {@linkplain Network#auxiliary auxiliary output} gives that as a second result of
 * a training pass.
 *
 * <p>Dropout and stochastic depth draw from {@link DrawKey#of}(seed, number of the training pass).
 *
 * <p>Like every DJL block it holds native memory once initialised and is not thread-safe while
 * training; concurrent inference is safe.
 */
public final class NetworkBlock extends AbstractBlock {

  private static final byte VERSION = 1;

  private final Network network;
  private final Init init;
  private final long seed;
  private final PlainForward forward;
  private final AtomicLong trainingSteps = new AtomicLong();

  /** Starts at {@link Init#XAVIER_UNIFORM}, the paper's choice, with seed 0. */
  public NetworkBlock(Network network) {
    this(network, Init.XAVIER_UNIFORM, 0);
  }

  /** Starts at the values that {@code init} draws for {@code seed}. */
  public NetworkBlock(Network network, Init init, long seed) {
    this(network, init, seed, false);
  }

  private NetworkBlock(Network network, Init init, long seed, boolean keepsIntermediates) {
    super(VERSION);
    this.network = network;
    this.init = init;
    this.seed = seed;
    this.forward = new PlainForward(network, keepsIntermediates);
    for (Node node : network.nodes()) {
      for (TensorSpec tensor : node.tensors()) {
        addParameter(parameter(tensor))
            .setInitializer(
                (manager, shape, type) -> create(init.value(node, tensor, seed), manager, type));
      }
    }
  }

  /**
   * The same network, not initialised, that leaves every intermediate to the input's manager, as
   * blocks composed from DJL's own layers do. Only good for measuring what closing them saves.
   */
  public NetworkBlock keepingIntermediates() {
    return new NetworkBlock(network, init, seed, true);
  }

  /** The network this block runs. */
  public Network network() {
    return network;
  }

  /**
   * Sets all parameters and buffers. Call it before a DJL trainer or predictor is made from this
   * block, whose copies on other devices would not notice. The counters {@code num_batches_tracked}
   * that PyTorch saves with every batch norm are passed over.
   *
   * @param values float32 tensors under the names of {@link Network#tensors()}
   * @throws IllegalArgumentException listing every tensor that is missing, not known, of another
   *     shape or of another type; nothing is changed then
   */
  public void load(Map<String, HostTensor> values) {
    TensorMatch.check(network, values);
    for (Parameter parameter : parameters.values()) {
      HostTensor value = values.get(parameter.getName());
      parameter.setInitializer((manager, shape, type) -> create(value, manager, type));
      if (parameter.isInitialized()) {
        NDArray target = parameter.getArray();
        try (NDArray source = create(value, target.getManager(), target.getDataType())) {
          // Threads other than the engine's first record gradients and then refuse this of a leaf.
          target.setRequiresGradient(false);
          target.set(new NDIndex("..."), source);
          target.setRequiresGradient(parameter.requiresGradient());
        }
      }
    }
  }

  /**
   * Copies of all parameters and buffers, in the order of {@link Network#tensors()}.
   *
   * @throws IllegalStateException if the block is not initialised
   */
  public Map<String, HostTensor> values() {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    for (TensorSpec tensor : network.tensors()) {
      Parameter parameter = parameters.get(tensor.name());
      if (!parameter.isInitialized()) {
        throw new IllegalStateException(
            "%s has no values yet: call initialize first".formatted(network.name()));
      }
      int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
      values.put(tensor.name(), HostTensor.of(parameter.getArray().toFloatArray(), shape));
    }
    return values;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray imagesNchw = inputs.singletonOrThrow();
    Shape shape = imagesNchw.getShape();
    if (shape.dimension() != 4
        || shape.get(1) != network.inputChannels()
        || imagesNchw.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "%s takes float32 images of shape (N, %d, H, W), not %s %s"
              .formatted(network.name(), network.inputChannels(), imagesNchw.getDataType(), shape));
    }
    return forward.run(
        imagesNchw,
        name -> store.getValue(parameters.get(name), imagesNchw.getDevice(), training),
        training
            ? Optional.of(DrawKey.of(seed, trainingSteps.getAndIncrement()))
            : Optional.empty());
  }

  @Override
  protected void beforeInitialize(Shape... inputShapes) {
    super.beforeInitialize(inputShapes);
    getOutputShapes(inputShapes);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    if (inputShapes.length != 1 || inputShapes[0].dimension() != 4) {
      throw new IllegalArgumentException(
          "%s takes one input of shape (N, C, H, W), not %s"
              .formatted(network.name(), Arrays.toString(inputShapes)));
    }
    Shape in = inputShapes[0];
    FeatureMap image =
        new FeatureMap(
            Math.toIntExact(in.get(1)), Math.toIntExact(in.get(2)), Math.toIntExact(in.get(3)));
    FeatureMap out = network.shapes(image).get(network.output());
    return new Shape[] {
      isVector(network.output())
          ? new Shape(in.get(0), out.channels())
          : new Shape(in.get(0), out.channels(), out.height(), out.width())
    };
  }

  private static boolean isVector(Node node) {
    return (node.op() instanceof GlobalAvgPool pool && pool.flatten())
        || node.op() instanceof Linear
        || (!node.inputs().isEmpty() && isVector(node.inputs().get(0)));
  }

  private static Parameter parameter(TensorSpec tensor) {
    return Parameter.builder()
        .setName(tensor.name())
        .setType(
            switch (tensor.role()) {
              case CONV_WEIGHT, LINEAR_WEIGHT -> Parameter.Type.WEIGHT;
              case BIAS -> Parameter.Type.BIAS;
              case NORM_WEIGHT -> Parameter.Type.GAMMA;
              case NORM_BIAS -> Parameter.Type.BETA;
              case RUNNING_MEAN -> Parameter.Type.RUNNING_MEAN;
              case RUNNING_VAR -> Parameter.Type.RUNNING_VAR;
            })
        .optShape(new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray()))
        .optRequiresGrad(tensor.role().trainable())
        .build();
  }

  private static NDArray create(HostTensor value, NDManager manager, DataType type) {
    if (type != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "the plain execution computes in float32, not in %s; initialise it with FLOAT32"
              .formatted(type));
    }
    long[] shape = value.shape().stream().mapToLong(Integer::longValue).toArray();
    return manager.create(value.toFloats(), new Shape(shape));
  }
}
