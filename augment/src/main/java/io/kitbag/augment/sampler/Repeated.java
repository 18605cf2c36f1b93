package io.kitbag.augment.sampler;

import java.util.Arrays;

/**
 * Repeated augmentation: fewer images in an epoch, each several times in a row.
 *
 * <p>Hoffer et al., arXiv 1901.09335. An epoch has as many entries as before, so the first 1/{@code
 * repeats} of its images (rounded up) come, in the order of the sampler that is wrapped. A batch
 * holds all copies of an image where its size is a multiple of {@code repeats}; torchvision's
 * {@code RASampler} and timm's {@code RepeatAugSampler} spread them over processes, as {@link
 * #shard} does here.
 *
 * @param all chooses and orders the images
 * @param repeats how often each comes
 */
public record Repeated(Sampler all, int repeats) implements Sampler {
  /** Checks the number. */
  public Repeated {
    Checks.atLeast(1, "repeats", repeats);
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public int[] order(int epoch) {
    int[] order = all.order(epoch);
    int[] repeated = new int[order.length];
    Arrays.setAll(repeated, i -> order[i / repeats]);
    return repeated;
  }
}
