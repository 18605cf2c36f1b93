package io.kitbag.optim.loss;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Cross-entropy with a weight for each class, for classes of unlike frequency, as {@code
 * torch.nn.CrossEntropyLoss(weight=…, label_smoothing=…)}.
 *
 * <p>For labels the mean is weighted: Σ w_y·ℓ / Σ w_y. For probabilities it is, as in PyTorch, the
 * mean over the batch of −Σ w·q·log p.
 *
 * @param weights one for each class, ≥ 0 and not all 0
 * @param smoothing ε in [0, 1), shared among all classes
 */
public record ClassWeighted(List<Double> weights, double smoothing) implements LossRule {

  public ClassWeighted {
    weights = List.copyOf(weights);
    if (weights.stream().anyMatch(weight -> !(weight >= 0 && weight < Double.POSITIVE_INFINITY))
        || weights.stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException(
          "class weights %s must be finite and not negative, nor all 0".formatted(weights));
    }
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "smoothing=%s of the weighted cross-entropy must be in [0, 1)".formatted(smoothing));
    }
  }

  @Override
  public String hard() {
    return start()
        + """
        exact = torch.nll_loss(logp, labels, w, 1, -2147483648)
        total = torch.sum(torch.index_select(w, 0, labels))
        even = torch.div(torch.neg(torch.sum(torch.mul(logp, w))), total)
        """
        + end();
  }

  @Override
  public String soft() {
    return start()
        + """
        images = torch.size(logits, 0)
        own = torch.mul(torch.mul(logp, targets), w)
        exact = torch.div(torch.neg(torch.sum(own)), images)
        even = torch.div(torch.neg(torch.sum(torch.mul(logp, w))), images)
        """
        + end();
  }

  private String start() {
    return """
        w = torch.tensor([%s], dtype=6, device=ops.prim.device(logits))
        logp = torch.log_softmax(logits, 1)
        """
        .formatted(weights.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  private String end() {
    return """
        each = torch.div(%1$s, torch.size(logits, 1))
        loss = torch.add(torch.mul(exact, %2$s), torch.mul(even, each))
        """
        .formatted(smoothing, 1 - smoothing);
  }
}
