package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** Where the image enters: the first node of every network. */
public record Input(int channels) implements Op {

  public Input {
    if (channels < 1) {
      throw new IllegalArgumentException("channels=" + channels + " must be at least 1");
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap image = inputs.get(0);
    if (image.channels() != channels) {
      throw new IllegalArgumentException(
          "takes %d channels but the image is %s".formatted(channels, image));
    }
    return image;
  }

  @Override
  public int arity() {
    return 0;
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.input(this);
  }
}
