package io.kitbag.augment.transform;

import static io.kitbag.augment.image.ReferenceImages.bytes;
import static io.kitbag.augment.image.ReferenceImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Pipeline;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DjlTransformTest {
  private static NDArray array(NDManager manager, PixelImage image) {
    return manager.create(
        ByteBuffer.wrap(bytes(image)), new Shape(image.height(), image.width(), 3), DataType.UINT8);
  }

  @Test
  void worksInAPipelineOfDjl() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray photo = array(manager, pattern(40, 30));
      Pipeline pipeline =
          new Pipeline(
              DjlTransform.of(RandomResizedCrop.torchvision(16), 7),
              DjlTransform.of(RandAugment.torchvision(), 7),
              new ToTensor());
      NDArray imageChw = pipeline.transform(new NDList(photo)).get(0);
      assertThat(imageChw.getShape()).isEqualTo(new Shape(3, 16, 16));
      assertThat(imageChw.max().getFloat()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void givesThePixelsOfTheTransformImageByImage() {
    RandomResizedCrop crop = RandomResizedCrop.torchvision(9);
    try (NDManager manager = NDManager.newBaseManager()) {
      DjlTransform djl = DjlTransform.of(crop, 5);
      for (int i = 0; i < 4; i++) {
        PixelImage expected = pattern(31, 22);
        crop.apply(expected, Draws.keyed(5, Draws.purpose("transform RandomResizedCrop"), 0, i));
        NDArray in = array(manager, pattern(31, 22));
        NDArray out = djl.transform(i % 2 == 0 ? in : in.toType(DataType.FLOAT32, false));
        assertThat(out.getDataType()).isEqualTo(i % 2 == 0 ? DataType.UINT8 : DataType.FLOAT32);
        assertThat(out.toType(DataType.UINT8, true).toByteArray()).isEqualTo(bytes(expected));
      }
    }
  }

  @Test
  void refusesPlanes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray planes = manager.zeros(new Shape(3, 8, 8));
      DjlTransform djl = DjlTransform.of(HorizontalFlip.half(), 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> djl.transform(planes))
          .withMessageContaining("(3, 8, 8)")
          .withMessageContaining("before ToTensor");
    }
  }
}
