package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.precision.OperatorProfile;
import io.kitbag.precision.OperatorProfile.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepProfileTest {

  @Test
  void sharesAreOfTheWholeAndByKind() {
    StepProfile profile =
        StepProfile.of(
            new OperatorProfile(
                List.of(
                    new Operator("aten::mkldnn_convolution", 3, 5),
                    new Operator("aten::convolution_backward", 3, 1),
                    new Operator("aten::native_batch_norm", 3, 3),
                    new Operator("train", 1, 1))));

    assertThat(profile.largest(2))
        .containsExactly(
            Map.entry(OperatorKind.CONVOLUTION, 0.6), Map.entry(OperatorKind.NORMALISATION, 0.3));
    assertThat(profile.shares()).containsEntry(OperatorKind.OTHER, 0.1).hasSize(3);
  }

  /** Names from PyTorch 2.0.1's own traces. */
  @ParameterizedTest
  @CsvSource({
    "aten::addmm, MATRIX_PRODUCT",
    "aten::add_, ELEMENTWISE",
    "aten::_foreach_add_, ELEMENTWISE",
    "aten::threshold_backward, ACTIVATION",
    "aten::clamp_min_, ACTIVATION",
    "aten::avg_pool2d_backward, POOLING",
    "aten::_log_softmax, LOSS",
    "aten::_to_copy, COPY",
    "aten::zeros, MEMORY",
    "autograd::engine::evaluate_function: ConvolutionBackward0, CONVOLUTION",
    "aten::is_floating_point, OTHER",
  })
  void operatorsBelongWhereAPersonWouldLook(String operator, OperatorKind kind) {
    assertThat(OperatorKind.of(operator)).isEqualTo(kind);
  }
}
