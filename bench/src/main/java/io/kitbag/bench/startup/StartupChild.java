package io.kitbag.bench.startup;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.bench.child.ChildMain;
import io.kitbag.bench.step.PeakMemory;
import io.kitbag.bench.step.Task;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Loss;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The main class of a child JVM that starts as a training program does. */
public final class StartupChild {

  private static final double LEARNING_RATE = 1e-3;
  private static final double WEIGHT_DECAY = 1e-4;
  private static final float MOMENTUM = 0.9f;

  private final Map<Phase, Double> phasesMs = new EnumMap<>(Phase.class);
  private double before;

  private StartupChild(double began) {
    phasesMs.put(Phase.RUNTIME, 1e3 * (began - StartupRunner.startedAt()));
    before = began;
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    double began = StartupRunner.now();
    ChildMain.serve(
        StartupQuestion.class,
        question -> StartupReply.of(new StartupChild(began).measure(question)),
        StartupReply::failed);
  }

  private void done(Phase phase) {
    double now = StartupRunner.now();
    phasesMs.put(phase, 1e3 * (now - before));
    before = now;
  }

  private StartupMeasurement measure(StartupQuestion question) {
    TorchRuntime.tuneMalloc();
    TorchRuntime.setThreads(question.threads());
    done(Phase.ENGINE);

    Device device = Device.cpu();
    Policy policy =
        (question.precision() == ComputeType.BF16 ? Policy.bf16() : Policy.fp32())
            .withLayout(question.layout());
    NumericsGuard.check(policy, device);
    done(Phase.GUARD);

    Network graph = Zoo.network(question.model(), ZooOptions.classes(question.classes()));
    Map<String, HostTensor> weights = Init.KAIMING_NORMAL.values(graph, 0);
    Batch batch = Batch.of(question);
    done(Phase.NETWORK);

    if (question.task() == Task.TRAIN) {
      measureTraining(graph, weights, policy, batch);
    } else {
      measureInference(graph, weights, policy, batch);
    }
    return new StartupMeasurement(
        phasesMs,
        PeakMemory.ofThisProcess(),
        "DJL %s, PyTorch %s".formatted(TorchRuntime.djlVersion(), TorchRuntime.torchVersion()));
  }

  private void measureTraining(
      Network graph, Map<String, HostTensor> weights, Policy policy, Batch batch) {
    try (CompiledNetwork network =
            CompiledNetwork.of(graph, policy, Device.cpu(), Normalization.imageNet());
        Loss loss = CrossEntropy.plain().compile(network.manager());
        Optimizer optimizer =
            Sgd.nesterov(MOMENTUM)
                .optimizer(
                    network.manager(),
                    ParameterGroups.noBiasDecay(WEIGHT_DECAY),
                    network.parameterSpecs(),
                    network.parameters())) {
      network.load(weights);
      done(Phase.COMPILE);
      train(network, loss, optimizer, batch);
      done(Phase.FIRST);
      train(network, loss, optimizer, batch);
      done(Phase.SECOND);
    }
  }

  private void measureInference(
      Network graph, Map<String, HostTensor> weights, Policy policy, Batch batch) {
    try (InferenceNetwork network =
        InferenceNetwork.of(graph, weights, policy, Device.cpu(), Normalization.imageNet())) {
      done(Phase.COMPILE);
      predict(network, batch);
      done(Phase.FIRST);
      predict(network, batch);
      done(Phase.SECOND);
    }
  }

  /** Random images and labels. */
  private record Batch(ByteBuffer pixels, Shape shape, long[] labels) {

    static Batch of(StartupQuestion question) {
      int side = question.imageSize();
      Shape shape = new Shape(question.batch(), 3, side, side);
      SplittableRandom random = new SplittableRandom(0);
      byte[] bytes = new byte[Math.toIntExact(shape.size())];
      random.nextBytes(bytes);
      return new Batch(
          ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(),
          shape,
          random.longs(question.batch(), 0, question.classes()).toArray());
    }

    NDArray imagesNchw(NDManager scope) {
      return scope.create(pixels.duplicate(), shape, DataType.UINT8);
    }
  }

  private static void train(CompiledNetwork network, Loss loss, Optimizer optimizer, Batch batch) {
    try (NDManager scope = network.manager().newSubManager()) {
      NDArray labels = scope.create(batch.labels());
      NDList losses = new NDList();
      double[] scales;
      try (NDList outputs = network.train(batch.imagesNchw(scope), new DrawKey(0))) {
        outputs.forEach(logits -> losses.add(loss.of(scope, logits, labels)));
        scales = new double[outputs.size()];
      }
      Arrays.fill(scales, 1);
      NDList gradients = network.gradients(losses, scales);
      optimizer.step(gradients, LEARNING_RATE);
      losses.get(0).getFloat();
    }
  }

  private static void predict(InferenceNetwork network, Batch batch) {
    try (NDManager scope = network.manager().newSubManager();
        NDArray logitsNk = network.predict(batch.imagesNchw(scope))) {
      logitsNk.toFloatArray();
    }
  }
}
