package io.kitbag.optim.loss;

/**
 * Softmax cross-entropy, the mean over the batch of −Σ q·log softmax(z), with smoothed targets q.
 *
 * <p>Soft targets t are smoothed alike: q = t·(on − off) + off, so that smoothing and mixing labels
 * may be done in either order.
 *
 * @param smoothing ε in [0, 1); 0.1 in the paper (arXiv 1812.01187 §5.2), 0 for none
 * @param form what ε is shared among
 */
public record CrossEntropy(double smoothing, Form form) implements LossRule {

  /** Two definitions of label smoothing that are both in use. */
  public enum Form {
    /** True class 1 − ε, every other ε/(K − 1): arXiv 1812.01187 §5.2. */
    OTHER_CLASSES("torch.sub(torch.size(logits, 1), 1)"),
    /** True class 1 − ε + ε/K, every other ε/K: GluonCV, PyTorch, and arXiv 1512.00567 §7. */
    ALL_CLASSES("torch.size(logits, 1)");

    private final String sharers;

    Form(String sharers) {
      this.sharers = sharers;
    }

    /** The number of classes that share ε, as an expression. */
    String sharers() {
      return sharers;
    }
  }

  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "smoothing=%s of the cross-entropy must be in [0, 1)".formatted(smoothing));
    }
  }

  /** Cross-entropy with the labels as they are. */
  public static CrossEntropy plain() {
    return new CrossEntropy(0, Form.OTHER_CLASSES);
  }

  /** Label smoothing as the paper writes it. */
  public static CrossEntropy smoothed(double smoothing) {
    return new CrossEntropy(smoothing, Form.OTHER_CLASSES);
  }

  /** Label smoothing as GluonCV and PyTorch compute it. */
  public static CrossEntropy uniformlySmoothed(double smoothing) {
    return new CrossEntropy(smoothing, Form.ALL_CLASSES);
  }

  /** The ignored label is one that no data set has: any other wrong label is an error. */
  @Override
  public String hard() {
    return """
        logp = torch.log_softmax(logits, 1)
        exact = torch.nll_loss(logp, labels, None, 1, -2147483648)
        """
        + smoothed();
  }

  @Override
  public String soft() {
    return """
        logp = torch.log_softmax(logits, 1)
        sum = torch.sum(torch.mul(targets, logp))
        exact = torch.neg(torch.div(sum, torch.size(logits, 0)))
        """
        + smoothed();
  }

  /**
   * With off-value o, −Σ q·log p = (1 − K·o)·exact + K·o·(mean of −log p): no smoothed target is
   * ever stored. (PyTorch's own label smoothing would wait for a GPU to count ignored labels.)
   */
  private String smoothed() {
    if (smoothing == 0) {
      return "loss = exact\n";
    }
    return """
        spread = torch.div(torch.mul(%s, torch.size(logits, 1)), %s)
        even = torch.neg(torch.mean(logp))
        loss = torch.add(torch.mul(exact, torch.sub(1., spread)), torch.mul(even, spread))
        """
        .formatted(smoothing, form.sharers);
  }
}
