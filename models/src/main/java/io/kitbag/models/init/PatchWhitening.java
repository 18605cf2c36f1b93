package io.kitbag.models.init;

import io.kitbag.models.weights.HostTensor;

/**
 * Filters for a first convolution that make its outputs uncorrelated and of equal size: the
 * eigenvectors of the second moments of image patches, divided by the root of their eigenvalue,
 * each once as it is and once negated. Such a layer need not be trained (Page, "How to Train Your
 * ResNet 8", 2019; Jordan, arXiv 2404.00498, section 3.1).
 *
 * <p>Give it images with {@link #add}, then take the {@link #filters}. Not thread-safe.
 */
public final class PatchWhitening {

  private final int channels;
  private final int height;
  private final int width;
  private final double[][] moments;
  private long patches;

  /**
   * Starts without images.
   *
   * @param channels of an image
   * @param height of the convolution's window
   * @param width of the convolution's window
   */
  public PatchWhitening(int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "channels=%d, height=%d and width=%d must be positive"
              .formatted(channels, height, width));
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    int size = channels * height * width;
    this.moments = new double[size][size];
  }

  /** Output channels of the convolution that takes the filters: 2 · channels · height · width. */
  public int outputs() {
    return 2 * moments.length;
  }

  /**
   * Counts every patch of one image.
   *
   * @param imageChw channels × imageHeight × imageWidth values, normalised as the network sees them
   * @param imageHeight at least the window's
   * @param imageWidth at least the window's
   */
  public void add(float[] imageChw, int imageHeight, int imageWidth) {
    if (imageChw.length != channels * imageHeight * imageWidth
        || imageHeight < height
        || imageWidth < width) {
      throw new IllegalArgumentException(
          "%d values are not %d channels of %d x %d pixels, at least %d x %d"
              .formatted(imageChw.length, channels, imageHeight, imageWidth, height, width));
    }
    double[] patch = new double[moments.length];
    for (int y = 0; y <= imageHeight - height; y++) {
      for (int x = 0; x <= imageWidth - width; x++) {
        read(imageChw, imageHeight, imageWidth, y, x, patch);
        for (int i = 0; i < patch.length; i++) {
          double[] row = moments[i];
          for (int j = i; j < patch.length; j++) {
            row[j] += patch[i] * patch[j];
          }
        }
      }
    }
    patches += (long) (imageHeight - height + 1) * (imageWidth - width + 1);
  }

  private void read(float[] imageChw, int imageHeight, int imageWidth, int y, int x, double[] to) {
    int i = 0;
    for (int c = 0; c < channels; c++) {
      for (int dy = 0; dy < height; dy++) {
        int row = (c * imageHeight + y + dy) * imageWidth + x;
        for (int dx = 0; dx < width; dx++) {
          to[i++] = imageChw[row + dx];
        }
      }
    }
  }

  /**
   * The filters for what was added so far, those of the largest eigenvalues first, then all of them
   * negated.
   *
   * @param epsilon added to each eigenvalue, so that directions that hardly occur are not blown up;
   *     airbench takes 5e-4 for images of unit deviation
   * @return {@link #outputs()} × channels × height × width
   * @throws IllegalStateException if there were no images
   */
  public HostTensor filters(double epsilon) {
    if (patches == 0) {
      throw new IllegalStateException("no image was added to take the filters from");
    }
    SymmetricEigen eigen = SymmetricEigen.of(moments);
    int size = moments.length;
    float[] filters = new float[2 * size * size];
    for (int i = 0; i < size; i++) {
      double scale = 1 / Math.sqrt(Math.max(eigen.values()[i], 0) / patches + epsilon);
      for (int k = 0; k < size; k++) {
        float value = (float) (eigen.vectors()[i][k] * scale);
        filters[i * size + k] = value;
        filters[(size + i) * size + k] = -value;
      }
    }
    return HostTensor.of(filters, 2 * size, channels, height, width);
  }
}
