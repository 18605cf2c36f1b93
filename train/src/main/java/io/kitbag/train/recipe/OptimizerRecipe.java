package io.kitbag.train.recipe;

import java.util.List;
import java.util.Optional;

/**
 * How a gradient becomes a step.
 *
 * @param name the rule
 * @param momentum of the velocity, from 0 to below 1, for those that have one
 * @param betas β1 and β2 of the rules in Adam's family, each from 0 to below 1; {@code null} for
 *     the rule's own: [0.9, 0.999], for Lion [0.9, 0.99]
 * @param epsilon added to a root or a norm, above 0; {@code null} for the rule's own: 1e-8, for
 *     LAMB 1e-6, for TensorFlow's RMSprop 1e-10
 * @param rmsprop settings of the two RMSprops
 * @param layerwise settings of LARS and LAMB
 * @param muon settings of Muon
 * @param weightDecay λ, at least 0
 * @param decayBias whether biases and the scale and shift of batch normalisation decay too; {@code
 *     false} is the paper's "no bias decay" (section 3.1)
 * @param layerDecay each layer learns at this share of the next one's rate, from the head down,
 *     above 0; 1 is off (timm's {@code --layer-decay}, for fine-tuning)
 * @param groups other settings for some parameters; every entry that fits applies, later over
 *     earlier
 * @param clipNorm the largest global norm of the gradients; 0 does not clip
 * @param clipValue the largest magnitude of a gradient's value; 0 does not clip
 * @param clipAdaptive the largest norm of a unit's gradient as a share of its weights' norm
 *     (adaptive gradient clipping, arXiv 2102.06171); 0 does not clip
 * @param sharpness whether a step uses the gradient at the worst point nearby
 * @param accumulate batches whose gradients are averaged for one step, at least 1: large steps in
 *     little memory. Batch norm sees one batch at a time
 */
public record OptimizerRecipe(
    Name name,
    double momentum,
    Optional<List<Double>> betas,
    Optional<Double> epsilon,
    RmsProp rmsprop,
    Layerwise layerwise,
    Muon muon,
    double weightDecay,
    boolean decayBias,
    double layerDecay,
    List<GroupRecipe> groups,
    double clipNorm,
    double clipValue,
    double clipAdaptive,
    Sharpness sharpness,
    int accumulate) {

  /** The rules. Their formulas: see the classes of these names in {@code io.kitbag.optim}. */
  public enum Name {
    /** Nesterov's accelerated gradient, PyTorch's formula. */
    NAG,
    /** Nesterov's accelerated gradient, MXNet's formula, which GluonCV uses. */
    NAG_MXNET,
    /** Nesterov's accelerated gradient with decoupled decay. */
    NAGW,
    /** Stochastic gradient descent with heavy-ball momentum. */
    SGD,
    /** The same with decoupled decay. */
    SGDW,
    /** RMSprop, PyTorch's formula. */
    RMSPROP,
    /** RMSprop, TensorFlow's formula. */
    RMSPROP_TF,
    /** Adam, with decay as part of the gradient. */
    ADAM,
    /** Adam with decoupled decay. */
    ADAMW,
    /** Adam with Nesterov's momentum. */
    NADAM,
    /** The same with decoupled decay. */
    NADAMW,
    /** Layer-wise adaptive moments, for large batches. */
    LAMB,
    /** Layer-wise adaptive rates, for large batches. */
    LARS,
    /** The sign of an interpolated momentum. */
    LION,
    /** Orthogonal momentum for the weights of convolutions and linear layers. */
    MUON;

    /** Whether Nesterov's formula needs momentum. */
    boolean isNesterov() {
      return this == NAG || this == NAGW || this == NAG_MXNET;
    }
  }

  /**
   * Settings of RMSprop.
   *
   * @param alpha of the mean of squares, from 0 to below 1; {@code null} for the rule's own: 0.99,
   *     for TensorFlow's 0.9
   * @param centered divide by the standard deviation; PyTorch's formula only
   */
  public record RmsProp(Optional<Double> alpha, boolean centered) {

    /** Checks the range. */
    public RmsProp {
      new Check().belowOne("alpha", alpha.orElse(0.0)).done();
    }
  }

  /**
   * Settings of LARS and LAMB.
   *
   * @param trust LARS's coefficient, above 0
   * @param always whether tensors that do not decay are scaled too
   */
  public record Layerwise(double trust, boolean always) {

    /** Checks the range. */
    public Layerwise {
      new Check().that(trust > 0, "trust", trust, "must be above 0").done();
    }
  }

  /**
   * Settings of Muon.
   *
   * @param iterations of Newton-Schulz, at least 1
   * @param linear whether linear weights are made orthogonal; if not, they follow the companion
   * @param companion the rule of all other parameters, at the same learning rate times their
   *     group's factor
   */
  public record Muon(int iterations, boolean linear, Name companion) {

    /** Checks the values. */
    public Muon {
      new Check()
          .atLeast(1, "iterations", iterations)
          .that(companion != Name.MUON, "companion", "muon", "must be another rule, such as adamw")
          .done();
    }
  }

  /**
   * Sharpness-aware minimisation: two passes forward and backward a step.
   *
   * @param kind which
   * @param rho the distance, above 0: 0.05 for sam (arXiv 2010.01412), 0.5 for asam (arXiv
   *     2102.11600)
   */
  public record Sharpness(Kind kind, double rho) {

    /** The forms. */
    public enum Kind {
      /** One pass a step. */
      NONE,
      /** The same distance for all weights. */
      SAM,
      /** Distances relative to each weight. */
      ASAM
    }

    /** Checks the range. */
    public Sharpness {
      new Check().that(rho > 0, "rho", rho, "must be above 0").done();
    }
  }

  /** Checks the ranges. */
  public OptimizerRecipe {
    groups = List.copyOf(groups);
    betas = betas.map(List::copyOf);
    new Check()
        .that(
            layerDecay > 0 && layerDecay <= 1,
            "layerDecay",
            layerDecay,
            "must be above 0 and at most 1")
        .belowOne("momentum", momentum)
        .that(
            !name.isNesterov() || momentum > 0,
            "momentum",
            momentum,
            "must be above 0 for Nesterov's rules; take sgd for none")
        .that(
            betas.isEmpty()
                || betas.get().size() == 2
                    && betas.get().stream().allMatch(beta -> beta >= 0 && beta < 1),
            "betas",
            betas.map(Object::toString).orElse(""),
            "must be two numbers of at least 0 and below 1")
        .that(epsilon.orElse(1.0) > 0, "epsilon", epsilon.orElse(1.0), "must be above 0")
        .atLeast(0, "weightDecay", weightDecay)
        .atLeast(0, "clipNorm", clipNorm)
        .atLeast(0, "clipValue", clipValue)
        .atLeast(0, "clipAdaptive", clipAdaptive)
        .that(
            Math.signum(clipNorm) + Math.signum(clipValue) + Math.signum(clipAdaptive) < 2,
            "clipNorm",
            clipNorm,
            "must be 0 with clipValue=%s and clipAdaptive=%s, or they: clip in one way"
                .formatted(clipValue, clipAdaptive))
        .atLeast(1, "accumulate", accumulate)
        .done();
  }
}
