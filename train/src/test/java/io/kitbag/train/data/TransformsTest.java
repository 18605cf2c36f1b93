package io.kitbag.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.augment.image.Interpolation;
import io.kitbag.augment.image.Rgb;
import io.kitbag.augment.transform.AlternatingFlip;
import io.kitbag.augment.transform.AugMix;
import io.kitbag.augment.transform.AutoAugment;
import io.kitbag.augment.transform.AutoAugmentPolicy;
import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.RandAugment;
import io.kitbag.augment.transform.RandomErasing;
import io.kitbag.augment.transform.Resize;
import io.kitbag.augment.transform.TimmRandAugment;
import io.kitbag.augment.transform.Transform;
import io.kitbag.augment.transform.TrivialAugmentWide;
import io.kitbag.augment.transform.Warp;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.RecipeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransformsTest {
  private static List<Transform> transforms(String... overrides) {
    return Transforms.forTraining(Recipe.preset("baseline").with(overrides));
  }

  private static Transform policy(String... overrides) {
    String[] all = new String[overrides.length + 4];
    System.arraycopy(overrides, 0, all, 0, overrides.length);
    all[overrides.length] = "augment.crop.kind=none";
    all[overrides.length + 1] = "augment.flip=0";
    all[overrides.length + 2] = "augment.jitter={brightness: 0, contrast: 0, saturation: 0}";
    all[overrides.length + 3] = "augment.lighting=0";
    List<Transform> transforms = transforms(all);
    assertThat(transforms).hasSize(1);
    return transforms.get(0);
  }

  @Test
  void everythingComesInTheDocumentedOrder() {
    assertThat(
            transforms(
                "augment.verticalFlip=0.5",
                "augment.auto.policy=augmix",
                "augment.grayscale=0.1",
                "augment.blur.probability=0.1",
                "augment.cutout=16",
                "augment.erasing.probability=0.1"))
        .extracting(transform -> transform.getClass().getSimpleName())
        .containsExactly(
            "RandomResizedCrop",
            "HorizontalFlip",
            "VerticalFlip",
            "AugMix",
            "ColorJitter",
            "PcaLighting",
            "Grayscale",
            "GaussianBlur",
            "Cutout",
            "RandomErasing");
  }

  @Test
  void everyPolicyIsTheOneOfItsName() {
    Warp black = new Warp(Interpolation.BILINEAR, Rgb.BLACK);
    assertThat(policy("augment.auto.policy=rand-augment"))
        .isEqualTo(new RandAugment(2, 9, 31, black));
    assertThat(
            policy(
                "augment.auto={policy: timm-rand-augment-increasing, magnitude: 6,"
                    + " magnitudeStd: 0.5, interpolation: bicubic, fill: mean}"))
        .isEqualTo(
            new TimmRandAugment(
                2, 6, 0.5, true, 0.5, new Warp(Interpolation.BICUBIC, Rgb.IMAGENET_MEAN)));
    assertThat(policy("augment.auto={policy: timm-rand-augment, operations: 3}"))
        .isEqualTo(new TimmRandAugment(3, 9, 0, false, 0.5, black));
    assertThat(policy("augment.auto={policy: trivial-augment-wide, interpolation: nearest}"))
        .isEqualTo(new TrivialAugmentWide(31, new Warp(Interpolation.NEAREST, Rgb.BLACK)));
    assertThat(policy("augment.auto.policy=auto-augment-imagenet"))
        .isEqualTo(new AutoAugment(AutoAugmentPolicy.IMAGENET, black));
    assertThat(policy("augment.auto.policy=auto-augment-cifar10"))
        .isEqualTo(new AutoAugment(AutoAugmentPolicy.CIFAR10, black));
    assertThat(policy("augment.auto.policy=auto-augment-svhn"))
        .isEqualTo(new AutoAugment(AutoAugmentPolicy.SVHN, black));
    assertThat(policy("augment.auto={policy: augmix, severity: 5}"))
        .isEqualTo(new AugMix(5, 3, 0, 1, true, black));
  }

  @Test
  void alternatingReplacesTheRandomFlip() {
    assertThat(transforms("augment.alternatingFlip=true"))
        .hasAtLeastOneElementOfType(AlternatingFlip.class)
        .doesNotHaveAnyElementsOfTypes(HorizontalFlip.class);
  }

  @Test
  void erasingWritesTheColoursOfTheNormalisation() {
    Transform erasing =
        policy("data.normalization=cifar10", "augment.erasing={probability: 0.25, mode: pixel}");
    assertThat(erasing).isInstanceOf(RandomErasing.class);
    assertThat(((RandomErasing) erasing).mean()).isEqualTo(new Rgb(125.307, 122.950, 113.865));
    assertThat(((RandomErasing) erasing).mode()).isEqualTo(RandomErasing.Mode.PIXEL);
  }

  @Test
  void evaluationMayHaveASizeOfItsOwn() {
    Recipe recipe =
        Recipe.preset("baseline")
            .with("augment.imageSize=160", "eval.imageSize=224", "eval.cropRatio=0.95");
    assertThat(Transforms.forEvaluation(recipe))
        .isEqualTo(List.of(new Resize(236), new CenterCrop(224)));
    assertThat(Transforms.forEvaluation(recipe.with("eval.imageSize=0")))
        .isEqualTo(List.of(new Resize(169), new CenterCrop(160)));
  }

  @Test
  void magnitudesAreThoseOfThePolicy() {
    assertThatThrownBy(() -> transforms("augment.auto={policy: rand-augment, magnitude: 6.5}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> transforms("augment.auto={policy: timm-rand-augment, magnitude: 11}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("0 to 10");
    assertThatThrownBy(() -> transforms("augment.mix={mixup: -1}", "augment.blur={sigma: [2, 1]}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("augment.mix.mixup")
        .hasMessageContaining("augment.blur.sigma");
  }
}
