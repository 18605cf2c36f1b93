package io.kitbag.models.op;

/** One method per operation: a new operation shows at compile time where it must be handled. */
public interface OpVisitor<R> {
  R input(Input op);

  R conv2d(Conv2d op);

  R batchNorm(BatchNorm op);

  R groupNorm(GroupNorm op);

  R relu(Relu op);

  R activation(Activation op);

  R add(Add op);

  R concat(Concat op);

  R channelScale(ChannelScale op);

  R scale(Scale op);

  R maxPool(MaxPool op);

  R avgPool(AvgPool op);

  R blurPool(BlurPool op);

  R globalAvgPool(GlobalAvgPool op);

  R dropout(Dropout op);

  R dropPath(DropPath op);

  R linear(Linear op);
}
