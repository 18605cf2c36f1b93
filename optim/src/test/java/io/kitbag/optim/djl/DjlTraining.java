package io.kitbag.optim.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.init.Init;
import io.kitbag.models.zoo.CifarResNet;
import io.kitbag.optim.Noise;
import java.util.List;
import java.util.function.Function;

/** A small network with every kind of parameter, four images a step, and DJL's trainer on them. */
final class DjlTraining implements AutoCloseable {

  static final Network NETWORK = CifarResNet.d(8).network();
  static final Shape IMAGES = new Shape(4, 3, 15, 17);
  private static final long[] LABELS = {0, 3, 6, 9};

  private final NetworkBlock block = newBlock();
  private final Model model = Model.newInstance("small");
  private final DjlOptimizer optimizer;
  private final Trainer trainer;

  DjlTraining(Function<NetworkBlock, DjlOptimizer> maker, Loss loss) {
    model.setBlock(block);
    optimizer = maker.apply(block);
    trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(optimizer));
    trainer.initialize(IMAGES);
  }

  static NetworkBlock newBlock() {
    return new NetworkBlock(NETWORK, Init.KAIMING_NORMAL, 7);
  }

  static NDArray images(NDManager manager, long batch) {
    return manager.create(Noise.of(100 + batch, (int) IMAGES.size()), IMAGES);
  }

  static NDArray labels(NDManager manager) {
    return manager.create(LABELS);
  }

  static List<NDArray> trained(NetworkBlock block) {
    return block.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .map(Parameter::getArray)
        .toList();
  }

  static float[] flat(List<NDArray> arrays) {
    float[] flat = new float[(int) arrays.stream().mapToLong(NDArray::size).sum()];
    int at = 0;
    for (NDArray array : arrays) {
      float[] values = array.toFloatArray();
      System.arraycopy(values, 0, flat, at, values.length);
      at += values.length;
    }
    return flat;
  }

  NetworkBlock block() {
    return block;
  }

  DjlOptimizer optimizer() {
    return optimizer;
  }

  Trainer trainer() {
    return trainer;
  }

  /** What {@code EasyTrain.trainBatch} does; the gradients add up until {@code step}. */
  void backward(long batch) {
    try (NDManager scope = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDList labels = new NDList(labels(scope));
      NDList logits = trainer.forward(new NDList(images(scope, batch)), labels);
      collector.backward(trainer.getLoss().evaluate(labels, logits));
    }
  }

  void step(long batch) {
    backward(batch);
    trainer.step();
  }

  float[] weights() {
    return flat(trained(block));
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
