package io.kitbag.optim.djl;

import static io.kitbag.optim.Close.assertClose;
import static io.kitbag.optim.djl.DjlTraining.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import io.kitbag.models.init.Init;
import io.kitbag.optim.Adam;
import io.kitbag.optim.GradientClip;
import io.kitbag.optim.Lamb;
import io.kitbag.optim.Muon;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroup;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.djl.DjlOptimizer.Builder;
import io.kitbag.optim.djl.DjlOptimizer.Clipping;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Loss;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DjlOptimizerTest {

  private static final int STEPS = 4;
  private static final Schedule RATE = Schedule.peak(0.05).warmUp(2).cosine(STEPS + 2);
  private static final ParameterGroups NO_BIAS_DECAY = ParameterGroups.noBiasDecay(0.01);
  private static final Sgd NAG = Sgd.nesterov(0.9);
  private static final CrossEntropy SMOOTHED = CrossEntropy.smoothed(0.1);

  private static Builder nag(NetworkBlock block) {
    return DjlOptimizer.builder(block, NAG, RATE).groups(NO_BIAS_DECAY);
  }

  private static DjlTraining training(UnaryOperator<Builder> settings) {
    return new DjlTraining(block -> settings.apply(nag(block)).build(), DjlLoss.of(SMOOTHED));
  }

  static Stream<Arguments> settings() {
    ParameterGroups slowStem =
        spec ->
            spec.name().startsWith("conv1.")
                ? ParameterGroup.decayedBy(0.1).withLearningRateFactor(0.5)
                : ParameterGroup.decayedBy(0).withFrozen(spec.role() == Role.NORM_WEIGHT);
    return Stream.of(
        Arguments.of(NAG, NO_BIAS_DECAY, "none", 1),
        Arguments.of(Sgd.momentum(0), slowStem, "none", 3),
        Arguments.of(Adam.adamW(), NO_BIAS_DECAY, "norm", 2),
        Arguments.of(Lamb.lamb(), NO_BIAS_DECAY, "value", 1),
        Arguments.of(Muon.with(NAG), ParameterGroups.uniform(0.01), "adaptive", 1));
  }

  /** To the last bit, although DJL brings the parameters one by one and in a random order. */
  @ParameterizedTest(name = "{0} clip {2} batches {3}")
  @MethodSource("settings")
  void underDjlsTrainerItStepsAsByHand(
      UpdateRule rule, ParameterGroups groups, String clip, int batches) {
    try (DjlTraining training =
        new DjlTraining(
            block -> {
              Builder builder =
                  DjlOptimizer.builder(block, rule, RATE).groups(groups).batchesPerStep(batches);
              return switch (clip) {
                case "norm" -> builder.clipNorm(0.5).build();
                case "value" -> builder.clipValue(0.01).build();
                case "adaptive" -> builder.clipAdaptive(0.02).build();
                default -> builder.build();
              };
            },
            DjlLoss.of(SMOOTHED))) {
      float[] first = training.weights();
      for (int step = 0; step < STEPS; step++) {
        for (int batch = 0; batch < batches; batch++) {
          training.backward(step * 10L + batch);
        }
        training.trainer().step();
      }
      Optional<Clipping> clipping =
          switch (clip) {
            case "norm" -> Optional.of((m, specs, weights) -> GradientClip.globalNorm(m, 0.5));
            case "value" -> Optional.of((m, specs, weights) -> GradientClip.value(m, 0.01));
            case "adaptive" ->
                Optional.of((m, specs, weights) -> GradientClip.adaptive(m, specs, weights, 0.02));
            default -> Optional.empty();
          };
      assertThat(training.weights())
          .isEqualTo(byHand(rule, groups, clipping, batches))
          .isNotEqualTo(first);
    }
  }

  private static float[] byHand(
      UpdateRule rule, ParameterGroups groups, Optional<Clipping> clipping, int batches) {
    NetworkBlock block = DjlTraining.newBlock();
    List<TensorSpec> specs =
        NETWORK.tensors().stream().filter(spec -> spec.role().trainable()).toList();
    try (NDManager manager = NDManager.newBaseManager();
        Loss loss = SMOOTHED.compile(manager)) {
      block.initialize(manager, DataType.FLOAT32, DjlTraining.IMAGES);
      ParameterStore store = new ParameterStore(manager, false);
      List<NDArray> weights = DjlTraining.trained(block);
      try (Optimizer optimizer = rule.optimizer(manager, groups, specs, weights)) {
        for (int step = 0; step < STEPS; step++) {
          for (int batch = 0; batch < batches; batch++) {
            try (NDManager scope = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
              NDList images = new NDList(DjlTraining.images(scope, step * 10L + batch));
              NDArray logits = block.forward(store, images, true).singletonOrThrow();
              collector.backward(loss.of(scope, logits, DjlTraining.labels(scope)));
            }
          }
          NDList gradients = new NDList();
          weights.forEach(weight -> gradients.add(weight.getGradient()));
          gradients.forEach(gradient -> gradient.muli(1.0 / batches));
          clipping.ifPresent(
              made -> {
                try (GradientClip clip = made.of(manager, specs, weights)) {
                  clip.clip(manager, gradients);
                }
              });
          optimizer.step(gradients, RATE.at(step));
          gradients.forEach(gradient -> gradient.muli(0));
        }
      }
      return DjlTraining.flat(weights);
    }
  }

  /** Sums are formed in another order there, and four steps let differences grow. */
  @Test
  void theCompiledExecutionTakesTheSameSteps() {
    try (DjlTraining training = training(builder -> builder);
        CompiledNetwork network =
            CompiledNetwork.of(NETWORK, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager scope = network.manager().newSubManager();
        Loss loss = SMOOTHED.compile(scope);
        Optimizer optimizer =
            NAG.optimizer(scope, NO_BIAS_DECAY, network.parameterSpecs(), network.parameters())) {
      network.load(Init.KAIMING_NORMAL.values(NETWORK, 7));
      for (int step = 0; step < STEPS; step++) {
        training.step(step);
        NDArray logits = network.train(DjlTraining.images(scope, step));
        NDArray value = loss.of(scope, logits, DjlTraining.labels(scope));
        optimizer.step(network.gradients(value, 1), RATE.at(step));
      }
      assertClose(training.weights(), DjlTraining.flat(network.parameters()), 1e-5);
    }
  }

  @Test
  void goesOnFromASavedStateWithTheSameBits() {
    try (DjlTraining whole = training(builder -> builder);
        DjlTraining second = training(builder -> builder)) {
      DjlOptimizer first = whole.optimizer();
      DjlOptimizer resumed = second.optimizer();
      for (int step = 0; step < 2; step++) {
        whole.step(step);
      }
      assertThat(first.steps()).isEqualTo(2);
      assertThat(first.state()).containsKeys("fc.bias.momentum_buffer", "step");
      second.block().load(whole.block().values());
      resumed.load(first.state());
      assertThat(resumed.steps()).isEqualTo(2);
      for (int step = 2; step < STEPS; step++) {
        whole.step(step);
        second.step(step);
      }
      assertThat(second.weights()).isEqualTo(whole.weights());
    }
  }

  @Test
  void aStepLeavesNoArrayBehind() {
    try (DjlTraining training = training(builder -> builder.clipNorm(1))) {
      training.step(0);
      NDManager model = DjlTraining.trained(training.block()).get(0).getManager();
      NDManager state = training.optimizer().state().get("step").getManager().getParentManager();
      int inModel = model.getManagedArrays().size();
      int inState = state.getManagedArrays().size();
      for (int step = 1; step < STEPS; step++) {
        training.step(step);
      }
      assertThat(model.getManagedArrays()).hasSize(inModel);
      assertThat(state.getManagedArrays()).hasSize(inState);
    }
  }

  @Test
  void parametersOfAnyBlockHaveTheirKinds() {
    SequentialBlock block =
        new SequentialBlock()
            .add(Conv2d.builder().setFilters(2).setKernelShape(new Shape(3, 3)).build())
            .add(BatchNorm.builder().build())
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(5).build());
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
      Map<String, Role> roles = new HashMap<>();
      DjlOptimizer.parametersOf(block).forEach(spec -> roles.put(spec.name(), spec.role()));
      assertThat(roles)
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "01Conv2d_weight", Role.CONV_WEIGHT,
                  "01Conv2d_bias", Role.BIAS,
                  "02BatchNorm_gamma", Role.NORM_WEIGHT,
                  "02BatchNorm_beta", Role.NORM_BIAS,
                  "04Linear_weight", Role.LINEAR_WEIGHT,
                  "04Linear_bias", Role.BIAS));
    }
  }

  private interface OneStep {
    void take(NDManager manager, NDArray weight, NDArray bias, Linear block);
  }

  /** A linear layer of two weights, 3 and 4, and a bias, 2. */
  private static void withLinear(OneStep test) {
    Linear block = Linear.builder().setUnits(1).build();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
      NDArray weight = block.getDirectParameters().get("weight").getArray();
      NDArray bias = block.getDirectParameters().get("bias").getArray();
      weight.set(new float[] {3, 4});
      bias.set(new float[] {2});
      test.take(manager, weight, bias, block);
    }
  }

  private static void update(DjlOptimizer optimizer, Linear block, String name, float... values) {
    Parameter parameter = block.getDirectParameters().get(name);
    NDArray weight = parameter.getArray();
    try (NDArray gradient = weight.getManager().create(values, weight.getShape())) {
      optimizer.update(parameter.getId(), weight, gradient);
    }
  }

  @Test
  void limitsNegativeGradientsToo() {
    withLinear(
        (manager, weight, bias, block) -> {
          DjlOptimizer optimizer =
              DjlOptimizer.builder(block, Sgd.momentum(0), Schedule.constant(0.5))
                  .clipValue(1)
                  .build();
          update(optimizer, block, "bias", 10);
          update(optimizer, block, "weight", -10, 0.5f);
          assertThat(weight.toFloatArray()).containsExactly(3.5f, 3.75f);
          assertThat(bias.toFloatArray()).containsExactly(1.5f);
        });
  }

  @Test
  void decaysWeightsAndNotBiases() {
    withLinear(
        (manager, weight, bias, block) -> {
          DjlOptimizer optimizer =
              DjlOptimizer.builder(block, Sgd.momentum(0), Schedule.constant(1))
                  .groups(ParameterGroups.noBiasDecay(0.25))
                  .build();
          update(optimizer, block, "weight", 1, 0);
          update(optimizer, block, "bias", 0);
          assertThat(weight.toFloatArray()).containsExactly(1.25f, 3);
          assertThat(bias.toFloatArray()).containsExactly(2);
        });
  }

  /** The g − g of DJL's {@code zeroGradients} would keep them. */
  @Test
  void gradientsThatAreNotNumbersDoNotStay() {
    withLinear(
        (manager, weight, bias, block) -> {
          try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(weight.mul(Float.NaN).sum().add(bias.sum()));
          }
          DjlOptimizer optimizer =
              DjlOptimizer.builder(block, Sgd.momentum(0), Schedule.constant(1)).build();
          update(optimizer, block, "weight", 0, 0);
          update(optimizer, block, "bias", 0);
          assertThat(weight.getGradient().toFloatArray()).containsExactly(0, 0);
          assertThat(bias.getGradient().toFloatArray()).containsExactly(0);
        });
  }

  @Test
  void updatesThatItCannotPutTogetherAreErrors() {
    withLinear(
        (manager, weight, bias, block) -> {
          DjlOptimizer optimizer = DjlOptimizer.builder(block, NAG, Schedule.constant(1)).build();
          String id = block.getDirectParameters().get("weight").getId();
          NDArray gradient = manager.zeros(weight.getShape());
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.update(id, weight.duplicate(), gradient))
              .withMessageContaining("weight")
              .withMessageContaining("one device");
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.update("uid-1", weight, gradient))
              .withMessageContaining("a parameter of another block");
          optimizer.update(id, weight, gradient);
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.update(id, weight, gradient))
              .withMessageContaining("weight came twice before bias");
          assertThat(weight.toFloatArray()).containsExactly(3, 4);
        });
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    Linear block = Linear.builder().setUnits(1).build();
    Builder builder = DjlOptimizer.builder(block, NAG, RATE).clipNorm(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.clipValue(1))
        .withMessageContaining("clipValue: gradients are clipped already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> nag(DjlTraining.newBlock()).clipAdaptive(0))
        .withMessageContaining("clipAdaptive=0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.batchesPerStep(0))
        .withMessageContaining("batchesPerStep=0");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.build().state())
        .withMessageContaining("initialize");
  }
}
