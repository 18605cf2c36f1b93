package io.kitbag.bench.optim;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.kitbag.optim.Adam;
import io.kitbag.optim.Lamb;
import io.kitbag.optim.Lars;
import io.kitbag.optim.Lion;
import io.kitbag.optim.Muon;
import io.kitbag.optim.NAdam;
import io.kitbag.optim.RmsProp;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.UpdateRule;
import java.util.Optional;

/** An update rule with the values that every program takes. */
public enum OptimRule {
  SGD(Sgd.momentum(OptimRule.MOMENTUM), 0.1, true),
  NAG(Sgd.nesterov(OptimRule.MOMENTUM), 0.1, true),
  RMSPROP(new RmsProp(0.99, 1e-8, OptimRule.MOMENTUM, false), 1e-3, true),
  ADAM(Adam.adam(), 1e-3, true),
  ADAMW(Adam.adamW(), 1e-3, true),
  NADAM(NAdam.nadam(), 1e-3, true),
  LAMB(Lamb.lamb(), 1e-3, false),
  LARS(Lars.lars(), 0.1, false),
  LION(Lion.lion(), 1e-4, false),
  MUON(Muon.with(Adam.adamW()), 1e-3, false);

  /** Of the rules that have one (arXiv 1812.01187, section 2.1). */
  static final double MOMENTUM = 0.9;

  /** Of all parameters: DJL has no groups. */
  static final double WEIGHT_DECAY = 1e-4;

  private final UpdateRule rule;
  private final double learningRate;
  private final boolean inTorch;

  OptimRule(UpdateRule rule, double learningRate, boolean inTorch) {
    this.rule = rule;
    this.learningRate = learningRate;
    this.inTorch = inTorch;
  }

  UpdateRule rule() {
    return rule;
  }

  double learningRate() {
    return learningRate;
  }

  /** Whether {@code torch.optim} of every version has it. */
  boolean isInTorch() {
    return inTorch;
  }

  /** DJL's, if it has the rule and PyTorch's engine supports it. */
  Optional<Optimizer> djl() {
    Tracker rate = Tracker.fixed((float) learningRate);
    float decay = (float) WEIGHT_DECAY;
    return Optional.ofNullable(
        switch (this) {
          case SGD ->
              Optimizer.sgd()
                  .setLearningRateTracker(rate)
                  .optMomentum((float) MOMENTUM)
                  .optWeightDecays(decay)
                  .build();
          case ADAM -> Optimizer.adam().optLearningRateTracker(rate).optWeightDecays(decay).build();
          case ADAMW ->
              Optimizer.adamW().optLearningRateTracker(rate).optWeightDecays(decay).build();
          default -> null;
        });
  }
}
