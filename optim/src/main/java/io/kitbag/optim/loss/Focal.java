package io.kitbag.optim.loss;

/**
 * Cross-entropy that looks away from what is already learnt: the mean over the batch of −Σ q·(1 −
 * p)^γ·log p, with p = softmax(z) and targets q (arXiv 1708.02002 §3.2, its form for softmax).
 *
 * @param gamma γ: 0 for cross-entropy, else at least 1, below which the gradient of a certain
 *     answer is infinite; 2 in the paper
 */
public record Focal(double gamma) implements LossRule {

  public Focal {
    if (!(gamma == 0 || gamma >= 1 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "gamma=%s of the focal loss must be 0 or at least 1".formatted(gamma));
    }
  }

  @Override
  public String hard() {
    return """
        logp = torch.log_softmax(logits, 1)
        own = torch.neg(torch.nll_loss(logp, labels, None, 0, -2147483648))
        away = torch.pow(torch.neg(torch.expm1(own)), %s)
        loss = torch.neg(torch.mean(torch.mul(away, own)))
        """
        .formatted(gamma);
  }

  @Override
  public String soft() {
    return """
        logp = torch.log_softmax(logits, 1)
        away = torch.pow(torch.neg(torch.expm1(logp)), %s)
        sum = torch.sum(torch.mul(torch.mul(targets, away), logp))
        loss = torch.neg(torch.div(sum, torch.size(logits, 0)))
        """
        .formatted(gamma);
  }
}
