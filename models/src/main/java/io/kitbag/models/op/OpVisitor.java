package io.kitbag.models.op;

/** One method per operation: a new operation shows at compile time where it must be handled. */
public interface OpVisitor<R> {
  R input(Input op);

  R conv2d(Conv2d op);

  R batchNorm(BatchNorm op);

  R relu(Relu op);

  R add(Add op);

  R maxPool(MaxPool op);

  R avgPool(AvgPool op);

  R globalAvgPool(GlobalAvgPool op);

  R linear(Linear op);
}
