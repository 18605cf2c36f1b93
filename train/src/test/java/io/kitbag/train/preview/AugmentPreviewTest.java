package io.kitbag.train.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentPreviewTest {
  private static final BuiltIn DATA = BuiltIn.train(0, 60);

  private static final Recipe RECIPE =
      Recipe.preset("quickstart").with("augment.crop={kind: pad-crop, padding: 4}");

  @Test
  void takesTheFirstImagesOfEveryClassInTurn() {
    ImageDataset chosen = AugmentPreview.firstOfEachClass(DATA, 14);
    assertThat(chosen.size()).isEqualTo(14);
    List<Integer> labels = IntStream.range(0, 14).map(chosen::label).boxed().toList();
    assertThat(labels.subList(0, 10)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(labels.subList(10, 14)).containsExactly(0, 1, 2, 3);
    assertThat(IntStream.range(0, 14).mapToObj(chosen::name)).doesNotHaveDuplicates();
    assertThat(AugmentPreview.firstOfEachClass(DATA, 1000).size()).isEqualTo(60);
  }

  @Test
  void showsThePixelsOfTheImageAndOfThePipeline() throws CorruptImageException {
    AugmentPreview preview = AugmentPreview.of(RECIPE, DATA, 3, 2);
    AugmentPreview.Cell[][] cells = preview.cells();
    assertThat(cells).hasDimensions(3, 3);
    ImageDataset chosen = AugmentPreview.firstOfEachClass(DATA, 3);
    PixelImage image = new PixelImage();
    for (int row = 0; row < 3; row++) {
      chosen.read(row, image);
      assertShows(cells[0][row], image, chosen.classes().get(chosen.label(row)));
      for (int epoch = 0; epoch < 2; epoch++) {
        chosen.read(row, image);
        Pipelines.training(RECIPE, chosen).build().transform(image, epoch, row);
        assertShows(cells[1 + epoch][row], image, chosen.classes().get(chosen.label(row)));
      }
    }
  }

  private static void assertShows(AugmentPreview.Cell cell, PixelImage image, String name) {
    assertThat(cell.caption()).contains(name);
    BufferedImage picture = cell.picture();
    assertThat(picture.getWidth()).isEqualTo(image.width());
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int expected = image.get(x, y, 0) << 16 | image.get(x, y, 1) << 8 | image.get(x, y, 2);
        assertThat(picture.getRGB(x, y) & 0xffffff).isEqualTo(expected);
      }
    }
  }

  @Test
  void tellsTheSharesOfAMixedImage() {
    Recipe mixed = RECIPE.with("augment.mix.cutmix=1");
    List<String> caption = AugmentPreview.of(mixed, DATA, 4, 1).cells()[1][0].caption();
    assertThat(caption).hasSize(2);
    double own = Double.parseDouble(caption.get(0).split(" ")[0]);
    double other = Double.parseDouble(caption.get(1).split(" ")[0]);
    assertThat(own + other).isBetween(0.99, 1.01);
    assertThat(caption.get(0)).endsWith(DATA.classes().get(0));
    assertThat(caption.get(1)).endsWith(DATA.classes().get(3));
  }

  @Test
  void drawsEveryCellOnASheet() throws CorruptImageException {
    BufferedImage sheet = AugmentPreview.of(RECIPE, DATA, 2, 3).draw();
    // Cells are 4 × 32 pixels wide with gaps of 10; two rows with text below.
    assertThat(sheet.getWidth()).isEqualTo(10 + 4 * (128 + 10));
    assertThat(sheet.getHeight()).isBetween(2 * 128, 2 * 200);
    PixelImage image = new PixelImage();
    AugmentPreview.firstOfEachClass(DATA, 2).read(1, image);
    int rowHeight = (sheet.getHeight() - 28) / 2;
    int rgb = sheet.getRGB(10 + 4 * 17 + 1, 28 + rowHeight + 4 * 9 + 1);
    assertThat(rgb >> 16 & 0xff).isEqualTo(image.get(17, 9, 0));
    assertThat(rgb & 0xff).isEqualTo(image.get(17, 9, 2));
  }
}
