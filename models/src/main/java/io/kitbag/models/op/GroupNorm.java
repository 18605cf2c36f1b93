package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.List;

/**
 * Group normalisation (Wu and He, arXiv 1803.08494): each image's channels are normalised in groups
 * by their own mean and variance, in training and otherwise alike. It is computed in fp32 under
 * every policy, as PyTorch's autocast does.
 *
 * @param eps added to the variance; 1e-5 in the paper and in timm
 */
public record GroupNorm(int groups, int channels, double eps, boolean zeroGamma) implements Norm {

  /** Groups of the paper's networks and of timm's. */
  public static final int DEFAULT_GROUPS = 32;

  public GroupNorm {
    if (groups < 1 || channels < 1 || channels % groups != 0 || !(eps > 0)) {
      throw new IllegalArgumentException(
          "groups=%d must be positive and divide channels=%d, and eps=%s must be positive"
              .formatted(groups, channels, eps));
    }
  }

  /** Of {@link #DEFAULT_GROUPS} groups, or of as many as divide both that and the channels. */
  public static GroupNorm of(int channels) {
    int groups = DEFAULT_GROUPS;
    while (channels % groups != 0) {
      groups /= 2;
    }
    return new GroupNorm(groups, channels, BatchNorm.DEFAULT_EPS, false);
  }

  @Override
  public GroupNorm withZeroGamma(boolean zero) {
    return new GroupNorm(groups, channels, eps, zero);
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    if (x.channels() != channels) {
      throw new IllegalArgumentException("takes %d channels but gets %s".formatted(channels, x));
    }
    return x;
  }

  @Override
  public List<TensorSpec> tensors() {
    List<Integer> shape = List.of(channels);
    return List.of(
        new TensorSpec("weight", Role.NORM_WEIGHT, shape),
        new TensorSpec("bias", Role.NORM_BIAS, shape));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.groupNorm(this);
  }
}
