package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The DJL operator for one node.
 *
 * @param node its name, the prefix of its tensors' names
 * @param inputs results of the nodes it reads; the image for the input node
 * @param tensors a parameter or buffer by its full name
 */
record PlainOp(
    String node, List<NDArray> inputs, Function<String, NDArray> tensors, boolean training)
    implements OpVisitor<NDArray> {

  @Override
  public NDArray input(Input op) {
    return inputs.get(0);
  }

  @Override
  public NDArray conv2d(Conv2d op) {
    return ai.djl.nn.convolutional.Conv2d.conv2d(
            inputs.get(0),
            tensor("weight"),
            optionalTensor("bias", op.bias()),
            square(op.stride()),
            square(op.padding()),
            square(1),
            op.groups())
        .singletonOrThrow();
  }

  @Override
  public NDArray batchNorm(BatchNorm op) {
    // Axis -1 sends DJL straight to the native operator, which normalises axis 1; any other axis
    // costs two needless transpositions. DJL's momentum is the share of the old statistics.
    NDList result =
        ai.djl.nn.norm.BatchNorm.batchNorm(
            inputs.get(0),
            tensor("running_mean"),
            tensor("running_var"),
            tensor("weight"),
            tensor("bias"),
            -1,
            (float) (1 - op.momentum()),
            (float) op.eps(),
            training);
    return result.singletonOrThrow();
  }

  @Override
  public NDArray relu(Relu op) {
    return inputs.get(0).getNDArrayInternal().relu();
  }

  @Override
  public NDArray add(Add op) {
    return inputs.get(0).add(inputs.get(1));
  }

  @Override
  public NDArray maxPool(MaxPool op) {
    return Pool.maxPool2d(
        inputs.get(0), square(op.kernel()), square(op.stride()), square(op.padding()), false);
  }

  @Override
  public NDArray avgPool(AvgPool op) {
    boolean countsPadding = false;
    return Pool.avgPool2d(
        inputs.get(0),
        square(op.kernel()),
        square(op.stride()),
        square(0),
        op.ceilMode(),
        countsPadding);
  }

  @Override
  public NDArray globalAvgPool(GlobalAvgPool op) {
    return Pool.globalAvgPool2d(inputs.get(0));
  }

  @Override
  public NDArray linear(Linear op) {
    return ai.djl.nn.core.Linear.linear(
            inputs.get(0), tensor("weight"), optionalTensor("bias", op.bias()))
        .singletonOrThrow();
  }

  private NDArray tensor(String name) {
    return tensors.apply(node + "." + name);
  }

  private @Nullable NDArray optionalTensor(String name, boolean present) {
    return present ? tensor(name) : null;
  }

  private static Shape square(int size) {
    return new Shape(size, size);
  }
}
