package io.kitbag.models;

import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;

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
    String groups = op.groups() == 1 ? "" : " groups " + op.groups();
    return "conv %dx%d/%d %d-%d%s"
        .formatted(op.kernel(), op.kernel(), op.stride(), op.in(), op.out(), groups);
  }

  @Override
  public String batchNorm(BatchNorm op) {
    return op.zeroGamma() ? "batch norm, zero gamma" : "batch norm";
  }

  @Override
  public String relu(Relu op) {
    return "relu";
  }

  @Override
  public String add(Add op) {
    return "add";
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
  public String globalAvgPool(GlobalAvgPool op) {
    return "global avg pool";
  }

  @Override
  public String linear(Linear op) {
    return "linear %d-%d".formatted(op.in(), op.out());
  }
}
