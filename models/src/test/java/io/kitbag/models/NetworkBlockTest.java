package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.CifarResNet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NetworkBlockTest {

  private static final Network NETWORK = CifarResNet.d(8).zeroGamma(true).network();
  private static final Shape IMAGES = new Shape(4, 3, 15, 17);

  private static NDArray images(NDManager manager) {
    return manager.create(Reference.uniformFloats(1, IMAGES.size())).reshape(IMAGES);
  }

  private static NDArray forward(
      NetworkBlock block, NDManager manager, NDArray images, boolean training) {
    return block
        .forward(new ParameterStore(manager, false), new NDList(images), training)
        .singletonOrThrow();
  }

  @Test
  void parametersHaveTheNamesOrderAndShapesOfTheNetwork() {
    NetworkBlock block = NETWORK.toBlock();
    List<TensorSpec> tensors = NETWORK.tensors();

    assertThat(block.getParameters().keys())
        .containsExactlyElementsOf(tensors.stream().map(TensorSpec::name).toList());
    for (TensorSpec tensor : tensors) {
      Parameter parameter = block.getParameters().get(tensor.name());
      assertThat(parameter.requiresGradient()).isEqualTo(tensor.role().trainable());
      assertThat(parameter.getShape().getShape())
          .containsExactly(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
    }
  }

  @Test
  void startsAtTheValuesOfItsInitialiser() {
    NetworkBlock block = new NetworkBlock(NETWORK, Init.MSRA_PRELU, 5);
    assertThatThrownBy(block::values).hasMessageContaining("initialize");
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      assertThat(block.values()).isEqualTo(Init.MSRA_PRELU.values(NETWORK, 5));
    }
  }

  @Test
  void outputShapesFollowTheImageAndErrorsNameTheNode() {
    NetworkBlock block = NETWORK.toBlock();
    assertThat(block.getOutputShapes(new Shape[] {new Shape(7, 3, 15, 17)}))
        .containsExactly(new Shape(7, 10));
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> block.initialize(manager, DataType.FLOAT32, new Shape(1, 4, 15, 17)))
          .hasMessageContaining("node input");
      assertThatThrownBy(() -> block.initialize(manager, DataType.FLOAT16, IMAGES))
          .hasMessageContaining("float32");
    }
  }

  @Test
  void onlyTheResultOutlivesAForwardPass() {
    NetworkBlock block = NETWORK.toBlock();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      for (boolean training : new boolean[] {false, true}) {
        try (NDManager batch = manager.newSubManager()) {
          NDArray images = images(batch);
          int before = batch.getManagedArrays().size();
          NDArray logits = forward(block, batch, images, training);
          assertThat(batch.getManagedArrays()).hasSize(before + 1).contains(logits);
          assertThat(images.toFloatArray()).hasSize((int) IMAGES.size());
        }
      }
    }
  }

  @Test
  void aBlockThatKeepsIntermediatesGivesTheSameResult() {
    NetworkBlock closing = NETWORK.toBlock();
    NetworkBlock keeping = closing.keepingIntermediates();
    try (NDManager manager = NDManager.newBaseManager()) {
      closing.initialize(manager, DataType.FLOAT32, IMAGES);
      keeping.initialize(manager, DataType.FLOAT32, IMAGES);
      NDManager batch = manager.newSubManager();
      NDArray images = images(batch);
      float[] expected = forward(closing, batch, images, true).toFloatArray();
      int before = batch.getManagedArrays().size();

      assertThat(forward(keeping, batch, images, true).toFloatArray()).isEqualTo(expected);
      assertThat(batch.getManagedArrays()).hasSize(before + NETWORK.nodes().size() - 1);
    }
  }

  @Test
  void imagesThatDoNotFitAreRefusedWithoutLeavingArrays() {
    NetworkBlock block = NETWORK.toBlock();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      NDArray bytes = manager.zeros(IMAGES, DataType.UINT8);
      NDArray grey = manager.zeros(new Shape(4, 1, 15, 17));
      int before = manager.getManagedArrays().size();
      assertThatThrownBy(() -> forward(block, manager, bytes, false))
          .hasMessageContaining("float32")
          .hasMessageContaining("uint8");
      assertThatThrownBy(() -> forward(block, manager, grey, false))
          .hasMessageContaining("(N, 3, H, W)")
          .hasMessageContaining("(4, 1, 15, 17)");
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void loadedValuesReplaceInitialOnesBeforeAndAfterInitialisation() {
    Map<String, HostTensor> first = Init.KAIMING_NORMAL.values(NETWORK, 1);
    Map<String, HostTensor> second = new HashMap<>(Init.KAIMING_NORMAL.values(NETWORK, 2));
    second.put(
        "bn1.num_batches_tracked",
        new HostTensor(DataType.INT64, List.of(), ByteBuffer.allocate(8)));
    NetworkBlock block = NETWORK.toBlock();
    block.load(first);
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      assertThat(block.values()).isEqualTo(first);

      block.load(second);
      second.remove("bn1.num_batches_tracked");
      assertThat(block.values()).isEqualTo(second);
      assertThat(block.getParameters().get("conv1.weight").getArray().hasGradient()).isTrue();
    }
  }

  @Test
  void valuesCanBeLoadedOnAnyThread() throws InterruptedException {
    NetworkBlock block = NETWORK.toBlock();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      Map<String, HostTensor> values = Init.KAIMING_NORMAL.values(NETWORK, 3);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread thread = new Thread(() -> block.load(values));
      thread.setUncaughtExceptionHandler((where, problem) -> failure.set(problem));
      thread.start();
      thread.join();
      assertThat(failure.get()).isNull();
      assertThat(block.values()).isEqualTo(values);
    }
  }

  @Test
  void loadingListsEveryDifferenceAndChangesNothing() {
    NetworkBlock block = NETWORK.toBlock();
    Map<String, HostTensor> values = new HashMap<>(Init.KAIMING_NORMAL.values(NETWORK, 1));
    values.remove("bn1.bias");
    values.put("fc.weight", HostTensor.of(new float[64], 1, 64));
    values.put("head.weight", HostTensor.of(new float[1], 1));
    values.put("fc.bias", new HostTensor(DataType.FLOAT16, List.of(10), ByteBuffer.allocate(20)));
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      Map<String, HostTensor> before = block.values();
      assertThatThrownBy(() -> block.load(values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cifar_resnet8d")
          .hasMessageContaining("bn1.bias is missing")
          .hasMessageContaining("fc.weight has shape [1, 64] instead of [10, 64]")
          .hasMessageContaining("fc.bias has type float16")
          .hasMessageContaining("head.weight is not a tensor");
      assertThat(block.values()).isEqualTo(before);
    }
  }

  @Test
  void learnsUnderAPlainDjlTrainer() {
    try (Model model = Model.newInstance("plain")) {
      model.setBlock(new NetworkBlock(NETWORK, Init.KAIMING_NORMAL, 1));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.3f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(IMAGES);
        List<Float> losses = new ArrayList<>();
        for (int step = 0; step < 8; step++) {
          try (NDManager batch = trainer.getManager().newSubManager()) {
            NDArray labels = batch.create(new float[] {0, 3, 3, 9});
            try (GradientCollector collector = trainer.newGradientCollector()) {
              NDList logits = trainer.forward(new NDList(images(batch)));
              NDArray loss = trainer.getLoss().evaluate(new NDList(labels), logits);
              collector.backward(loss);
              losses.add(loss.getFloat());
            }
            trainer.step();
          }
        }
        assertThat(losses.get(7)).as("losses %s", losses).isLessThan(losses.get(0) / 2);
      }
    }
  }

  /** Against plain loops, where PyTorch's rule for windows over the edge matters. */
  @Test
  void averagesInCeilingModeCountOnlyValuesInside() {
    Network.Builder net = Network.builder("pool", 1);
    net.add("pool", new AvgPool(2, 2, true), net.input());
    NetworkBlock block = net.build().toBlock();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 3, 5));
      NDArray image = manager.arange(15f).reshape(1, 1, 3, 5);
      assertThat(forward(block, manager, image, false).toFloatArray())
          .containsExactly(3, 5, 6.5f, 10.5f, 12.5f, 14);
    }
  }

  @Test
  void groupedConvolutionsWithBiasAndFeatureMapsAsResultWork() {
    Network.Builder net = Network.builder("grouped", 2);
    net.add("conv", new Conv2d(2, 2, 1, 1, 0, 2, true), net.input());
    NetworkBlock block = net.build().toBlock();
    block.load(
        Map.of(
            "conv.weight", HostTensor.of(new float[] {2, 3}, 2, 1, 1, 1),
            "conv.bias", HostTensor.of(new float[] {10, 20}, 2)));
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape shape = new Shape(1, 2, 1, 2);
      assertThat(block.getOutputShapes(new Shape[] {shape})).containsExactly(shape);
      block.initialize(manager, DataType.FLOAT32, shape);
      NDArray image = manager.create(new float[] {1, 2, 3, 4}).reshape(shape);
      assertThat(forward(block, manager, image, false).toFloatArray())
          .containsExactly(12, 14, 29, 32);
    }
  }
}
