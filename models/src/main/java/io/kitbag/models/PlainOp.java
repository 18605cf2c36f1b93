package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
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
import io.kitbag.models.op.OpVisitor;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import io.kitbag.models.op.Size;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The DJL operators for one node.
 *
 * @param node whose name is the prefix of its tensors' names
 * @param inputs results of the nodes it reads; the image for the input node
 * @param tensors a parameter or buffer by its full name
 * @param key of the random numbers; empty when not training
 * @param streams where each dropping node draws from
 */
record PlainOp(
    Node node,
    List<NDArray> inputs,
    Function<String, NDArray> tensors,
    Optional<DrawKey> key,
    DropStreams streams)
    implements OpVisitor<NDArray> {

  @Override
  public NDArray input(Input op) {
    return x();
  }

  @Override
  public NDArray conv2d(Conv2d op) {
    return ai.djl.nn.convolutional.Conv2d.conv2d(
            x(),
            tensor("weight"),
            optionalTensor("bias", op.bias()),
            shape(op.stride()),
            shape(op.padding()),
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
            x(),
            tensor("running_mean"),
            tensor("running_var"),
            tensor("weight"),
            tensor("bias"),
            -1,
            (float) (1 - op.momentum()),
            (float) op.eps(),
            key.isPresent() && !op.frozen());
    return result.singletonOrThrow();
  }

  @Override
  public NDArray groupNorm(GroupNorm op) {
    Shape shape = x().getShape();
    Shape perChannel = new Shape(1, op.channels(), 1, 1);
    try (NDArray scale = tensor("weight").reshape(perChannel);
        NDArray shift = tensor("bias").reshape(perChannel)) {
      return within(
          scope -> {
            NDArray groups = x().reshape(shape.get(0), op.groups(), -1);
            NDArray centred = groups.sub(groups.mean(new int[] {2}, true));
            NDArray variance = centred.square().mean(new int[] {2}, true);
            NDArray normal = centred.div(variance.add(op.eps()).sqrt()).reshape(shape);
            return normal.mul(scale).add(shift);
          });
    }
  }

  @Override
  public NDArray relu(Relu op) {
    return x().getNDArrayInternal().relu();
  }

  @Override
  public NDArray activation(Activation op) {
    return switch (op.function()) {
      case RELU6 -> x().clip(0, 6);
      case SILU -> within(scope -> ai.djl.nn.Activation.sigmoid(x()).mul(x()));
      case GELU -> ai.djl.nn.Activation.gelu(x());
      case HARD_SWISH -> within(scope -> hardSigmoid().mul(x()));
      case HARD_SIGMOID -> within(scope -> hardSigmoid());
      case SIGMOID -> ai.djl.nn.Activation.sigmoid(x());
    };
  }

  private NDArray hardSigmoid() {
    return x().add(3).clip(0, 6).div(6);
  }

  @Override
  public NDArray add(Add op) {
    return x().add(inputs.get(1));
  }

  @Override
  public NDArray concat(Concat op) {
    return NDArrays.concat(new NDList(inputs), 1);
  }

  @Override
  public NDArray channelScale(ChannelScale op) {
    return x().mul(inputs.get(1));
  }

  @Override
  public NDArray scale(Scale op) {
    return x().mul(op.factor());
  }

  @Override
  public NDArray maxPool(MaxPool op) {
    return Pool.maxPool2d(
        x(), square(op.kernel()), square(op.stride()), square(op.padding()), false);
  }

  @Override
  public NDArray avgPool(AvgPool op) {
    boolean countsPadding = true;
    return Pool.avgPool2d(
        x(),
        square(op.kernel()),
        square(op.stride()),
        square(op.padding()),
        op.ceilMode(),
        countsPadding);
  }

  @Override
  public NDArray blurPool(BlurPool op) {
    int channels = Math.toIntExact(x().getShape().get(1));
    int size = BlurPool.FILTER.size();
    float[] outer = new float[channels * size * size];
    for (int i = 0; i < outer.length; i++) {
      outer[i] = (float) (BlurPool.FILTER.get(i / size % size) * BlurPool.FILTER.get(i % size));
    }
    return within(
        scope -> {
          NDArray rows =
              NDArrays.concat(new NDList(x().get(":, :, 1:2"), x(), x().get(":, :, -2:-1")), 2);
          NDArray reflected =
              NDArrays.concat(
                  new NDList(rows.get(":, :, :, 1:2"), rows, rows.get(":, :, :, -2:-1")), 3);
          return ai.djl.nn.convolutional.Conv2d.conv2d(
                  reflected,
                  scope.create(outer, new Shape(channels, 1, size, size)),
                  null,
                  square(op.stride()),
                  square(0),
                  square(1),
                  channels)
              .singletonOrThrow();
        });
  }

  @Override
  public NDArray globalAvgPool(GlobalAvgPool op) {
    if (op.flatten()) {
      return Pool.globalAvgPool2d(x());
    }
    Shape map = new Shape(x().getShape().get(0), x().getShape().get(1), 1, 1);
    return within(scope -> Pool.globalAvgPool2d(x()).reshape(map));
  }

  @Override
  public NDArray dropout(Dropout op) {
    return dropped(op.rate(), x().getShape());
  }

  @Override
  public NDArray dropPath(DropPath op) {
    return dropped(op.rate(), new Shape(x().getShape().get(0), 1, 1, 1));
  }

  /** The input itself when not training. */
  private NDArray dropped(double rate, Shape mask) {
    if (key.isEmpty()) {
      return x();
    }
    float[] factors = key.get().uniform(streams.of(node), Math.toIntExact(mask.size()));
    for (int i = 0; i < factors.length; i++) {
      factors[i] = factors[i] < (float) rate ? 0 : (float) (1 / (1 - rate));
    }
    return within(scope -> x().mul(scope.create(factors, mask)));
  }

  @Override
  public NDArray linear(Linear op) {
    return ai.djl.nn.core.Linear.linear(x(), tensor("weight"), optionalTensor("bias", op.bias()))
        .singletonOrThrow();
  }

  private NDArray x() {
    return inputs.get(0);
  }

  /** Composes operators; what they leave on the way is closed, the result is not. */
  private NDArray within(Function<NDManager, NDArray> operators) {
    NDManager outer = x().getManager();
    try (NDManager scope = outer.newSubManager()) {
      inputs.forEach(input -> input.tempAttach(scope));
      NDArray result = operators.apply(scope);
      result.attach(outer);
      return result;
    }
  }

  private NDArray tensor(String name) {
    return tensors.apply(node.name() + "." + name);
  }

  private @Nullable NDArray optionalTensor(String name, boolean present) {
    return present ? tensor(name) : null;
  }

  private static Shape shape(Size size) {
    return new Shape(size.height(), size.width());
  }

  private static Shape square(int size) {
    return new Shape(size, size);
  }
}
