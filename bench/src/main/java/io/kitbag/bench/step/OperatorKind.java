package io.kitbag.bench.step;

import java.util.List;
import java.util.Locale;

/** What PyTorch's operators are for, so that a profile fits on a line. */
public enum OperatorKind {
  CONVOLUTION("convolution"),
  MATRIX_PRODUCT("aten::addmm", "aten::mm", "aten::linear", "aten::bmm", "aten::matmul"),
  NORMALISATION("batch_norm", "group_norm", "layer_norm", "batchnorm", "groupnorm"),
  ACTIVATION(
      "relu",
      "threshold",
      "clamp",
      "hardtanh",
      "hardswish",
      "hardsigmoid",
      "sigmoid",
      "silu",
      "gelu"),
  POOLING("pool", "aten::mean", "aten::amax"),
  LOSS("log_softmax", "nll_loss", "cross_entropy"),
  /** Additions, products and sums of whole tensors: shortcuts, update, unscaling. */
  ELEMENTWISE(
      "aten::add",
      "aten::sub",
      "aten::mul",
      "aten::div",
      "aten::sum",
      "aten::sqrt",
      "aten::lerp",
      "aten::_foreach",
      "aten::addc",
      "aten::isfinite",
      "aten::abs",
      "aten::ne",
      "aten::eq"),
  /** Changes of number format and memory layout. */
  COPY("aten::to", "_to_copy", "copy_", "clone", "contiguous", "aten::cat"),
  /** Getting and filling memory. */
  MEMORY("aten::empty", "aten::zero", "aten::fill", "aten::ones", "aten::resize", "aten::full"),
  /** The rest, and the time between operators inside a script. */
  OTHER;

  private final List<String> fragments;

  OperatorKind(String... fragments) {
    this.fragments = List.of(fragments);
  }

  /** The first kind of which a fragment occurs in the operator's name. */
  static OperatorKind of(String operator) {
    String name = operator.toLowerCase(Locale.ROOT);
    for (OperatorKind kind : values()) {
      if (kind.fragments.stream().anyMatch(name::contains)) {
        return kind;
      }
    }
    return OTHER;
  }

  /** In words. */
  public String label() {
    return Labels.of(this).replace('_', ' ');
  }
}
