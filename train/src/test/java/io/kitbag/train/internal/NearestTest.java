package io.kitbag.train.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> NAMES =
      List.of("resnet50_v1d", "resnet50_v1", "batchSize", "nag", "seed");

  @ParameterizedTest
  @CsvSource({
    "resnet50_v1e, resnet50_v1d",
    "ResNet50-v1d, resnet50_v1d",
    "batch_size, batchSize",
    "bathcSize, batchSize",
    "nga, nag",
    "seeed, seed",
    "x, ",
    "vgg16, ",
    "'', ",
  })
  void findsWhatWasProbablyMeant(String name, String meant) {
    assertThat(Nearest.to(name, NAMES).orElse(null)).isEqualTo(meant);
  }
}
