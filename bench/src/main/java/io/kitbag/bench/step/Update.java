package io.kitbag.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.Sgd;
import java.util.List;

/** Moves weights by gradients, which it may overwrite. */
interface Update extends AutoCloseable {

  /** GluonCV's momentum and weight decay. */
  float MOMENTUM = 0.9f;

  float WEIGHT_DECAY = 1e-4f;

  void apply(List<? extends NDArray> gradients);

  @Override
  default void close() {}

  static Update of(
      OptimizerChoice choice,
      NDManager manager,
      List<TensorSpec> parameters,
      List<NDArray> weights,
      double learningRate) {
    return switch (choice) {
      case KITBAG -> kitbag(manager, parameters, weights, learningRate);
      case DJL -> djl(parameters, weights, learningRate);
      case NONE -> gradients -> {};
    };
  }

  private static Update kitbag(
      NDManager manager, List<TensorSpec> parameters, List<NDArray> weights, double learningRate) {
    Optimizer optimizer =
        Sgd.nesterov(MOMENTUM)
            .optimizer(manager, ParameterGroups.noBiasDecay(WEIGHT_DECAY), parameters, weights);
    return new Update() {
      @Override
      public void apply(List<? extends NDArray> gradients) {
        optimizer.step(gradients, learningRate);
      }

      @Override
      public void close() {
        optimizer.close();
      }
    };
  }

  private static Update djl(
      List<TensorSpec> parameters, List<NDArray> weights, double learningRate) {
    ai.djl.training.optimizer.Optimizer optimizer =
        ai.djl.training.optimizer.Optimizer.sgd()
            .setLearningRateTracker(Tracker.fixed((float) learningRate))
            .optMomentum(MOMENTUM)
            .optWeightDecays(WEIGHT_DECAY)
            .build();
    return gradients -> {
      for (int i = 0; i < weights.size(); i++) {
        optimizer.update(parameters.get(i).name(), weights.get(i), gradients.get(i));
      }
    };
  }
}
