package io.kitbag.augment.transform;

import io.kitbag.augment.image.PillowTones;
import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Takes the colour away with a probability: all channels become the luma 0.299 R + 0.587 G + 0.114
 * B, as in torchvision's {@code RandomGrayscale}.
 *
 * @param probability in [0, 1]; torchvision 0.1, SimCLR (arXiv 2002.05709) 0.2
 */
public record Grayscale(double probability) implements Transform {
  /** Checks the probability. */
  public Grayscale {
    Check.within("probability", probability, 0, 1);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    if (random.nextDouble() < probability) {
      PillowTones.grey(image);
    }
  }
}
