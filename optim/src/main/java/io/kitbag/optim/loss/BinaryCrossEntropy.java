package io.kitbag.optim.loss;

import java.util.Optional;

/**
 * Binary cross-entropy of every class against all others, the mean over batch and classes of −t·log
 * σ(z) − (1 − t)·log(1 − σ(z)): classes do not compete, so a mixed image may be of two at once.
 *
 * <p>"ResNet strikes back" (arXiv 2110.00476) trains with it; {@code timm/loss} has the same.
 * Labels and mixed targets are smoothed as by {@link CrossEntropy}, before the threshold.
 *
 * @param smoothing ε in [0, 1); 0 for none
 * @param form what ε is shared among
 * @param threshold if present, a target above it counts as 1, any other as 0; timm's {@code
 *     bce-target-thresh}
 * @param summed adds the classes up instead of taking their mean; timm's {@code bce-sum}
 */
public record BinaryCrossEntropy(
    double smoothing, CrossEntropy.Form form, Optional<Double> threshold, boolean summed)
    implements LossRule {

  public BinaryCrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "smoothing=%s of the binary cross-entropy must be in [0, 1)".formatted(smoothing));
    }
    if (threshold.isPresent() && !(threshold.get() >= 0 && threshold.get() < 1)) {
      throw new IllegalArgumentException(
          "threshold=%s of the binary cross-entropy must be in [0, 1)".formatted(threshold.get()));
    }
  }

  /** The mean over batch and classes. */
  public BinaryCrossEntropy(double smoothing, CrossEntropy.Form form, Optional<Double> threshold) {
    this(smoothing, form, threshold, false);
  }

  /** The loss on targets as they are. */
  public static BinaryCrossEntropy plain() {
    return new BinaryCrossEntropy(0, CrossEntropy.Form.ALL_CLASSES, Optional.empty());
  }

  @Override
  public String hard() {
    return "wanted = torch.to(torch.one_hot(labels, torch.size(logits, 1)), 6)\n" + loss();
  }

  @Override
  public String soft() {
    return "wanted = targets\n" + loss();
  }

  private String loss() {
    StringBuilder script = new StringBuilder();
    String last = "wanted";
    if (smoothing > 0) {
      script.append(
          """
          off = torch.div(%s, %s)
          kept = torch.sub(1., torch.mul(off, torch.size(logits, 1)))
          smooth = torch.add(torch.mul(wanted, kept), off)
          """
              .formatted(smoothing, form.sharers()));
      last = "smooth";
    }
    if (threshold.isPresent()) {
      script.append("binary = torch.to(torch.gt(%s, %s), 6)\n".formatted(last, threshold.get()));
      last = "binary";
    }
    script.append(
        "mean = torch.binary_cross_entropy_with_logits(logits, %s, None, None, 1)\n"
            .formatted(last));
    return script
        .append(summed ? "loss = torch.mul(mean, torch.size(logits, 1))\n" : "loss = mean\n")
        .toString();
  }
}
