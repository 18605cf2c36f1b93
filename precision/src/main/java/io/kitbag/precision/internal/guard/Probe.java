package io.kitbag.precision.internal.guard;

import io.kitbag.precision.NumericsGuard.Comparison;
import io.kitbag.precision.Policy;

/** Something that compares what the engine computes with what is right. */
public interface Probe {

  /**
   * Compares in a policy's type and layout, and stops at the first result that deviates.
   *
   * @param gradients whether to differentiate too, or only run forward
   */
  Findings run(Policy policy, boolean gradients);

  /**
   * What comparisons found.
   *
   * @param comparisons their number
   * @param worst the one whose error is the largest part of what it may be
   */
  record Findings(int comparisons, Comparison worst) {

    static final Findings NONE = new Findings(0, new Comparison("nothing", 0, 0));

    /** These and another comparison. */
    Findings and(Comparison next) {
      return and(new Findings(1, next));
    }

    /** These and others. */
    public Findings and(Findings others) {
      Comparison worse = others.worst.share() > worst.share() ? others.worst : worst;
      return new Findings(comparisons + others.comparisons, worse);
    }

    public boolean agree() {
      return worst.agrees();
    }
  }
}
