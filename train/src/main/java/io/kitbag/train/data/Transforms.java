package io.kitbag.train.data;

import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PadCrop;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.RandomResizedCrop.RatioLaw;
import io.kitbag.augment.transform.Resize;
import io.kitbag.augment.transform.Transform;
import io.kitbag.train.recipe.AugmentRecipe;
import io.kitbag.train.recipe.AugmentRecipe.Crop;
import io.kitbag.train.recipe.AugmentRecipe.Jitter;
import io.kitbag.train.recipe.EvalRecipe;
import java.util.ArrayList;
import java.util.List;

/**
 * The recipe's augmentation as transforms, in the order of the paper: crop, flip, colour, light.
 */
public final class Transforms {

  private Transforms() {}

  /** What a training image goes through. */
  public static List<Transform> forTraining(AugmentRecipe augment, EvalRecipe eval) {
    List<Transform> transforms = new ArrayList<>(crop(augment, eval));
    if (augment.flip() > 0) {
      transforms.add(new HorizontalFlip(augment.flip()));
    }
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
    return transforms;
  }

  /** What an image goes through before it is classified: resize of the short side, centre crop. */
  public static List<Transform> forEvaluation(int imageSize, EvalRecipe eval) {
    return List.of(new Resize(eval.resize(imageSize)), new CenterCrop(imageSize));
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
      case CENTER -> forEvaluation(augment.imageSize(), eval);
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
