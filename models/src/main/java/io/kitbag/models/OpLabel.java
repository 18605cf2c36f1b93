package io.kitbag.models;

import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Norm;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import io.kitbag.models.op.Size;
import java.util.Locale;

/** A few words for an operation, for tables. */
final class OpLabel implements OpVisitor<String> {

  String of(Op op) {
    return op.accept(this);
  }

  @Override
  public String input(Input op) {
    return "input";
  }

  @Override
  public String conv2d(Conv2d op) {
    boolean isotropic = op.stride().equals(Size.square(op.stride().height()));
    String stride = isotropic ? "" + op.stride().height() : op.stride().toString();
    String groups = op.groups() == 1 ? "" : " groups " + op.groups();
    return "conv %s/%s %d-%d%s".formatted(op.kernel(), stride, op.in(), op.out(), groups);
  }

  @Override
  public String batchNorm(BatchNorm op) {
    return (op.frozen() ? "frozen batch norm" : "batch norm") + gamma(op);
  }

  @Override
  public String groupNorm(GroupNorm op) {
    return "group norm " + op.groups() + gamma(op);
  }

  private static String gamma(Norm op) {
    return op.zeroGamma() ? ", zero gamma" : "";
  }

  @Override
  public String relu(Relu op) {
    return "relu";
  }

  @Override
  public String activation(Activation op) {
    return op.function().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public String add(Add op) {
    return "add";
  }

  @Override
  public String concat(Concat op) {
    return "concat";
  }

  @Override
  public String channelScale(ChannelScale op) {
    return "channel scale";
  }

  @Override
  public String scale(Scale op) {
    return "scale " + op.factor();
  }

  @Override
  public String maxPool(MaxPool op) {
    return "max pool %dx%d/%d".formatted(op.kernel(), op.kernel(), op.stride());
  }

  @Override
  public String avgPool(AvgPool op) {
    return "avg pool %dx%d/%d".formatted(op.kernel(), op.kernel(), op.stride());
  }

  @Override
  public String blurPool(BlurPool op) {
    int kernel = BlurPool.FILTER.size();
    return "blur pool %dx%d/%d".formatted(kernel, kernel, op.stride());
  }

  @Override
  public String globalAvgPool(GlobalAvgPool op) {
    return "global avg pool";
  }

  @Override
  public String dropout(Dropout op) {
    return "dropout " + op.rate();
  }

  @Override
  public String dropPath(DropPath op) {
    return "drop path " + op.rate();
  }

  @Override
  public String linear(Linear op) {
    return "linear %d-%d".formatted(op.in(), op.out());
  }
}
