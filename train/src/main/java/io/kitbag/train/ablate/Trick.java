package io.kitbag.train.ablate;

import io.kitbag.models.zoo.Zoo;
import io.kitbag.train.internal.Nearest;
import io.kitbag.train.recipe.AutoRecipe;
import io.kitbag.train.recipe.AveragingRecipe;
import io.kitbag.train.recipe.OptimizerRecipe;
import io.kitbag.train.recipe.PrecisionRecipe.Compute;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.ScheduleRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Something a recipe may have that a plainer one has not, and how to take it out. The order is that
 * of the paper (arXiv 1812.01187), efficient training before refinements, then the rest.
 */
public enum Trick {
  /** The learning rate grows with the batch (section 3.1). */
  LINEAR_SCALING(
      recipe ->
          when(
              recipe.peakLearningRate() != recipe.schedule().learningRate(),
              "schedule.baseBatch=0")),
  /** The learning rate rises first (section 3.1). */
  WARMUP(recipe -> when(recipe.schedule().warmupEpochs() > 0, "schedule.warmupEpochs=0")),
  /** The last normalisation of a residual branch starts at zero (section 3.1). */
  ZERO_GAMMA(recipe -> when(recipe.model().zeroGamma(), "model.zeroGamma=false")),
  /** Biases and normalisations are not decayed (section 3.1). */
  NO_BIAS_DECAY(recipe -> when(!recipe.optimizer().decayBias(), "optimizer.decayBias=true")),
  /** fp16 or bf16 (section 3.2). */
  REDUCED_PRECISION(
      recipe ->
          when(
              List.of(Compute.FP16, Compute.BF16).contains(recipe.precision().compute()),
              "precision.compute=fp32",
              "precision.lossScale.kind=auto")),
  /** The network's tweaks b, c and d (section 4). */
  RESNET_TWEAKS(Trick::withoutTweaks),
  /** Cosine (section 5.1) or another schedule instead of three steps. */
  SCHEDULE(Trick::withSteps),
  /** Section 5.2. */
  LABEL_SMOOTHING(recipe -> when(recipe.loss().labelSmoothing() > 0, "loss.labelSmoothing=0")),
  /** Section 5.3. */
  DISTILLATION(
      recipe ->
          when(
              recipe.distill().teacher().isPresent(),
              "distill.teacher=null",
              "distill.model=null")),
  /** Section 5.4. */
  MIXUP(recipe -> when(recipe.augment().mix().mixup() > 0, "augment.mix.mixup=0")),
  /** arXiv 1905.04899. */
  CUTMIX(recipe -> when(recipe.augment().mix().cutmix() > 0, "augment.mix.cutmix=0")),
  /** Horizontal mirror images. */
  FLIP(
      recipe ->
          when(recipe.augment().flip() > 0, "augment.flip=0", "augment.alternatingFlip=false")),
  /** Brightness, contrast, saturation, hue. */
  COLOR_JITTER(
      recipe ->
          without(
              recipe,
              "augment.jitter.brightness=0",
              "augment.jitter.contrast=0",
              "augment.jitter.saturation=0",
              "augment.jitter.hueScale=0",
              "augment.jitter.hueShift=0")),
  /** PCA noise. */
  LIGHTING(recipe -> when(recipe.augment().lighting() > 0, "augment.lighting=0")),
  /** RandAugment, TrivialAugment, AutoAugment, AugMix. */
  AUTO_AUGMENT(
      recipe ->
          when(
              recipe.augment().auto().policy() != AutoRecipe.Policy.NONE,
              "augment.auto.policy=none")),
  /** arXiv 1708.04896. */
  RANDOM_ERASING(
      recipe ->
          when(recipe.augment().erasing().probability() > 0, "augment.erasing.probability=0")),
  /** arXiv 1708.04552. */
  CUTOUT(recipe -> when(recipe.augment().cutout() > 0, "augment.cutout=0")),
  /** Repeated augmentation (arXiv 1902.05509). */
  REPEATED_AUGMENTATION(recipe -> when(recipe.augment().repeats() > 1, "augment.repeats=1")),
  /** Smaller images first. */
  PROGRESSIVE_RESIZING(
      recipe -> when(recipe.augment().progressive().share() > 0, "augment.progressive.share=0")),
  /** A first convolution that whitens (arXiv 2404.00498). */
  WHITENING(recipe -> when(recipe.model().whitenImages() > 0, "model.whitenImages=0")),
  /** arXiv 1709.01507. */
  SQUEEZE_EXCITE(
      recipe ->
          when(recipe.model().options().squeezeExcite(), "model.options.squeezeExcite=false")),
  /** arXiv 1904.11486. */
  BLUR_POOL(recipe -> when(recipe.model().options().blurPool(), "model.options.blurPool=false")),
  /** Stochastic depth (arXiv 1603.09382). */
  DROP_PATH(recipe -> when(recipe.model().options().dropPath() > 0, "model.options.dropPath=0")),
  /** Gradients bounded by norm, value or the weights' norms. */
  GRADIENT_CLIPPING(
      recipe ->
          without(
              recipe, "optimizer.clipNorm=0", "optimizer.clipValue=0", "optimizer.clipAdaptive=0")),
  /** Sharpness-aware minimisation (arXiv 2010.01412). */
  SHARPNESS(
      recipe ->
          when(
              recipe.optimizer().sharpness().kind() != OptimizerRecipe.Sharpness.Kind.NONE,
              "optimizer.sharpness.kind=none")),
  /** EMA, SWA or lookahead. */
  WEIGHT_AVERAGING(
      recipe ->
          when(recipe.averaging().kind() != AveragingRecipe.Kind.NONE, "averaging.kind=none"));

  private final Function<Recipe, List<String>> takenOut;

  Trick(Function<Recipe, List<String>> takenOut) {
    this.takenOut = takenOut;
  }

  /** As the command line writes it, such as {@code zero-gamma}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The overrides that take it out of {@code recipe}; empty if it is not in there. */
  public List<String> takenOut(Recipe recipe) {
    return takenOut.apply(recipe);
  }

  /** Those of {@code recipe}, in the order of this enum. */
  public static List<Trick> in(Recipe recipe) {
    return Arrays.stream(values()).filter(trick -> !trick.takenOut(recipe).isEmpty()).toList();
  }

  /**
   * Tricks of {@code recipe} by their labels, in the order given.
   *
   * @throws IllegalArgumentException if one is not known or not in the recipe
   */
  public static List<Trick> named(Recipe recipe, List<String> labels) {
    List<Trick> present = in(recipe);
    List<String> known = Arrays.stream(values()).map(Trick::label).toList();
    return labels.stream()
        .map(
            label -> {
              if (!known.contains(label)) {
                throw new IllegalArgumentException(
                    "there is no trick \"%s\"%s; those of %s are %s"
                        .formatted(
                            label, Nearest.hint(label, known), recipe.name(), labels(present)));
              }
              Trick trick = values()[known.indexOf(label)];
              if (!present.contains(trick)) {
                throw new IllegalArgumentException(
                    "%s has no %s to leave out; it has %s"
                        .formatted(recipe.name(), label, labels(present)));
              }
              return trick;
            })
        .toList();
  }

  private static String labels(List<Trick> tricks) {
    return tricks.stream().map(Trick::label).collect(Collectors.joining(", "));
  }

  private static List<String> when(boolean present, String... overrides) {
    return present ? List.of(overrides) : List.of();
  }

  private static List<String> without(Recipe recipe, String... overrides) {
    return when(!recipe.with(overrides).equals(recipe), overrides);
  }

  private static List<String> withoutTweaks(Recipe recipe) {
    String name = recipe.model().name();
    String plain =
        name.replaceFirst("(resnet\\d+)_v1[bcd]$", "$1_v1")
            .replaceFirst("(cifar_resnet\\d+)d$", "$1");
    return when(!plain.equals(name) && Zoo.names().contains(plain), "model.name=" + plain);
  }

  /** At a quarter, half and three quarters of the epochs, as the paper's 30, 60 and 90 of 120. */
  private static List<String> withSteps(Recipe recipe) {
    String milestones =
        IntStream.rangeClosed(1, 3)
            .map(quarter -> Math.round(quarter * recipe.epochs() / 4f))
            .filter(epoch -> epoch > recipe.schedule().warmupEpochs())
            .distinct()
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ", "[", "]"));
    return when(
        recipe.schedule().name() != ScheduleRecipe.Name.STEP,
        "schedule.name=step",
        "schedule.milestones=" + milestones,
        "schedule.factor=0.1");
  }
}
