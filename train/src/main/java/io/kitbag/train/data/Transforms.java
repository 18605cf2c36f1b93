package io.kitbag.train.data;

import io.kitbag.augment.image.Interpolation;
import io.kitbag.augment.image.Rgb;
import io.kitbag.augment.transform.AlternatingFlip;
import io.kitbag.augment.transform.AugMix;
import io.kitbag.augment.transform.AutoAugment;
import io.kitbag.augment.transform.AutoAugmentPolicy;
import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.Cutout;
import io.kitbag.augment.transform.GaussianBlur;
import io.kitbag.augment.transform.Grayscale;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PadCrop;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.RandAugment;
import io.kitbag.augment.transform.RandomErasing;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.RandomResizedCrop.RatioLaw;
import io.kitbag.augment.transform.Resize;
import io.kitbag.augment.transform.TimmRandAugment;
import io.kitbag.augment.transform.Transform;
import io.kitbag.augment.transform.TrivialAugmentWide;
import io.kitbag.augment.transform.VerticalFlip;
import io.kitbag.augment.transform.Warp;
import io.kitbag.train.recipe.AugmentRecipe;
import io.kitbag.train.recipe.AugmentRecipe.Crop;
import io.kitbag.train.recipe.AugmentRecipe.Jitter;
import io.kitbag.train.recipe.AutoRecipe;
import io.kitbag.train.recipe.ErasingRecipe;
import io.kitbag.train.recipe.EvalRecipe;
import io.kitbag.train.recipe.Normalization;
import io.kitbag.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;

/**
 * The recipe's augmentation as transforms, in the order of the paper and, where it has none, of
 * timm: crop, flips, policy, colour, light, grey, blur, blanks.
 */
public final class Transforms {
  private static final int BINS = 31;

  private Transforms() {}

  /** What a training image goes through. */
  public static List<Transform> forTraining(Recipe recipe) {
    AugmentRecipe augment = recipe.augment();
    Normalization normalization = recipe.data().normalization();
    List<Transform> transforms = new ArrayList<>(crop(augment, recipe.eval()));
    if (augment.alternatingFlip()) {
      transforms.add(new AlternatingFlip());
    } else if (augment.flip() > 0) {
      transforms.add(new HorizontalFlip(augment.flip()));
    }
    if (augment.verticalFlip() > 0) {
      transforms.add(new VerticalFlip(augment.verticalFlip()));
    }
    transforms.addAll(policy(augment.auto(), rgb(normalization.mean())));
    transforms.addAll(colour(augment));
    if (augment.cutout() > 0) {
      transforms.add(new Cutout(augment.cutout()));
    }
    transforms.addAll(erasing(augment.erasing(), normalization));
    return transforms;
  }

  /** What an image goes through before it is classified: resize of the short side, centre crop. */
  public static List<Transform> forEvaluation(Recipe recipe) {
    return centre(recipe.eval().imageSize(recipe.augment()), recipe.eval());
  }

  private static List<Transform> centre(int imageSize, EvalRecipe eval) {
    return List.of(new Resize(eval.resize(imageSize)), new CenterCrop(imageSize));
  }

  private static List<Transform> colour(AugmentRecipe augment) {
    List<Transform> transforms = new ArrayList<>();
    Jitter jitter = augment.jitter();
    if (!jitter.off()) {
      transforms.add(
          new ColorJitter(
              jitter.brightness(),
              jitter.contrast(),
              jitter.saturation(),
              jitter.hueScale(),
              jitter.hueShift()));
    }
    if (augment.lighting() > 0) {
      transforms.add(new PcaLighting(augment.lighting()));
    }
    if (augment.grayscale() > 0) {
      transforms.add(new Grayscale(augment.grayscale()));
    }
    if (augment.blur().probability() > 0) {
      List<Double> sigma = augment.blur().sigma();
      transforms.add(new GaussianBlur(augment.blur().probability(), sigma.get(0), sigma.get(1)));
    }
    return transforms;
  }

  private static List<Transform> policy(AutoRecipe auto, Rgb mean) {
    Warp warp =
        new Warp(
            Interpolation.valueOf(auto.interpolation().name()),
            auto.fill() == AutoRecipe.Fill.MEAN ? mean : Rgb.BLACK);
    return switch (auto.policy()) {
      case NONE -> List.of();
      case RAND_AUGMENT ->
          List.of(new RandAugment(auto.operations(), (int) auto.magnitude(), BINS, warp));
      case TIMM_RAND_AUGMENT -> List.of(timm(auto, false, warp));
      case TIMM_RAND_AUGMENT_INCREASING -> List.of(timm(auto, true, warp));
      case TRIVIAL_AUGMENT_WIDE -> List.of(new TrivialAugmentWide(BINS, warp));
      case AUTO_AUGMENT_IMAGENET -> List.of(new AutoAugment(AutoAugmentPolicy.IMAGENET, warp));
      case AUTO_AUGMENT_CIFAR10 -> List.of(new AutoAugment(AutoAugmentPolicy.CIFAR10, warp));
      case AUTO_AUGMENT_SVHN -> List.of(new AutoAugment(AutoAugmentPolicy.SVHN, warp));
      case AUGMIX -> List.of(AugMix.torchvision().with(auto.severity(), warp));
    };
  }

  private static TimmRandAugment timm(AutoRecipe auto, boolean increasing, Warp warp) {
    return TimmRandAugment.of(auto.magnitude(), auto.magnitudeStd())
        .with(auto.operations(), increasing, warp);
  }

  private static List<Transform> erasing(ErasingRecipe erasing, Normalization normalization) {
    if (erasing.probability() == 0) {
      return List.of();
    }
    return List.of(
        new RandomErasing(
            erasing.probability(),
            RandomErasing.Mode.valueOf(erasing.mode().name()),
            erasing.count(),
            erasing.area().get(0),
            erasing.area().get(1),
            erasing.ratio().get(0),
            erasing.ratio().get(1),
            rgb(normalization.mean()),
            rgb(normalization.std())));
  }

  private static Rgb rgb(List<Double> channels) {
    return new Rgb(channels.get(0), channels.get(1), channels.get(2));
  }

  private static List<Transform> crop(AugmentRecipe augment, EvalRecipe eval) {
    Crop crop = augment.crop();
    return switch (crop.kind()) {
      case RANDOM_RESIZED -> List.of(randomResized(augment, RatioLaw.LOG_UNIFORM));
      case RANDOM_RESIZED_UNIFORM -> List.of(randomResized(augment, RatioLaw.UNIFORM));
      case PAD_CROP ->
          List.of(
              new PadCrop(
                  augment.imageSize(),
                  crop.padding(),
                  crop.padMode() == Crop.PadMode.REFLECT
                      ? PadCrop.Mode.REFLECT
                      : PadCrop.Mode.ZERO));
      case CENTER -> centre(augment.imageSize(), eval);
      case NONE -> List.of();
    };
  }

  private static RandomResizedCrop randomResized(AugmentRecipe augment, RatioLaw law) {
    Crop crop = augment.crop();
    return new RandomResizedCrop(
        augment.imageSize(),
        crop.area().get(0),
        crop.area().get(1),
        crop.ratio().get(0),
        crop.ratio().get(1),
        law);
  }
}
