package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.List;

/**
 * Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167): batch statistics while training,
 * running ones otherwise.
 *
 * @param eps added to the variance; 1e-5 in GluonCV and torchvision's ResNet
 * @param momentum share of the new batch in the running statistics, as in PyTorch: 0.1
 * @param frozen uses the running statistics in training too and leaves them as they are, for
 *     fine-tuning with small batches, as torchvision's {@code FrozenBatchNorm2d} does; γ and β are
 *     still parameters
 */
public record BatchNorm(
    int channels, double eps, double momentum, boolean zeroGamma, boolean frozen) implements Norm {

  public static final double DEFAULT_EPS = 1e-5;
  public static final double DEFAULT_MOMENTUM = 0.1;

  public BatchNorm {
    if (channels < 1 || !(eps > 0) || !(momentum > 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "channels=%d and eps=%s must be positive and momentum=%s in (0,1]"
              .formatted(channels, eps, momentum));
    }
  }

  public static BatchNorm of(int channels) {
    return new BatchNorm(channels, DEFAULT_EPS, DEFAULT_MOMENTUM, false, false);
  }

  public BatchNorm withEps(double newEps) {
    return new BatchNorm(channels, newEps, momentum, zeroGamma, frozen);
  }

  public BatchNorm withMomentum(double share) {
    return new BatchNorm(channels, eps, share, zeroGamma, frozen);
  }

  @Override
  public BatchNorm withZeroGamma(boolean zero) {
    return new BatchNorm(channels, eps, momentum, zero, frozen);
  }

  public BatchNorm withFrozen(boolean freeze) {
    return new BatchNorm(channels, eps, momentum, zeroGamma, freeze);
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
        new TensorSpec("bias", Role.NORM_BIAS, shape),
        new TensorSpec("running_mean", Role.RUNNING_MEAN, shape),
        new TensorSpec("running_var", Role.RUNNING_VAR, shape));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.batchNorm(this);
  }
}
