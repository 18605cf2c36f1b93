package io.kitbag.bench.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A way from image files to batches. */
public enum Contender {
  /** Kitbag's pipeline, decoding only the crop and resizing it from luma and chroma. */
  KITBAG_FAST(false),
  /** Kitbag's pipeline, with Pillow's pixels. */
  KITBAG_EXACT(false),
  /** {@link #KITBAG_FAST} from tar files of the same JPEGs. */
  KITBAG_SHARDS(false),
  /** {@link #KITBAG_FAST} from what {@code kitbag pack} makes of the images. */
  KITBAG_PACKED(false),
  /** The JDK's reader, and a bilinear {@code Graphics2D}. */
  IMAGEIO(false),
  /** torchvision's transforms, version 2, on Pillow's images. */
  TORCHVISION(true),
  /** OpenCV's reader, and its bilinear filter, which does not antialias. */
  OPENCV(true),
  /** OpenCV's reader, and its area filter, which antialiases where it shrinks. */
  OPENCV_AREA(true),
  /**
   * WebDataset, from the tar files that {@link #KITBAG_SHARDS} reads, and torchvision's transforms.
   */
  WEBDATASET(true),
  /** NVIDIA's DALI, on the CPU alone. */
  DALI(true),
  /** FFCV, from a file of its own. */
  FFCV(true);

  private final boolean python;

  Contender(boolean python) {
    this.python = python;
  }

  /** Whether it runs in Python. */
  public boolean isPython() {
    return python;
  }

  /** Whether it reads {@link Photos#shards}. */
  boolean isSharded() {
    return this == KITBAG_SHARDS || this == WEBDATASET;
  }

  /** As the command line and the reports write it, such as {@code kitbag-fast}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The contender with this label.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Contender of(String label) {
    return Arrays.stream(values())
        .filter(contender -> contender.label().equals(label.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "row '%s' is not one of %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(Contender::label)
                                .collect(Collectors.joining(", ")))));
  }
}
