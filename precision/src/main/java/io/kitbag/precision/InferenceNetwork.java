package io.kitbag.precision;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Fold;
import io.kitbag.models.FoldPlan;
import io.kitbag.models.FoldPlan.Pair;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.FusedScript;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.script.ScriptModule;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A network that only predicts: batch norms are part of the convolutions before them, weights exist
 * in the compute type only, and on a CPU a convolution, the addition and the activation behind it
 * are one operator. It computes what {@link CompiledNetwork#predict} does, up to rounding, in less
 * time and memory.
 *
 * <p>The weights are those of the moment it is made. A batch norm that the policy wants in another
 * format than its convolution stays. {@link #predict} may run in several threads. Close it to free
 * the weights.
 */
public final class InferenceNetwork implements AutoCloseable {

  /** In double, as {@link Fold} does; some outputs at a time, for the sake of memory. */
  private static final String FOLDING =
      """
      def scale(self: __torch__.M, gamma: Tensor, variance: Tensor, eps: float) -> Tensor:
        return torch.div(torch.to(gamma, 7), torch.sqrt(torch.add(torch.to(variance, 7), eps)))
      def fold(self: __torch__.M, w: Tensor, gamma: Tensor, variance: Tensor, eps: float) -> int:
        factors = torch.reshape((self).scale(gamma, variance, eps), [-1, 1, 1, 1])
        outputs = torch.size(w, 0)
        for i in range(torch.add(torch.floordiv(outputs, 64), 1)):
          first = torch.mul(i, 64)
          rows = torch.slice(w, 0, first, torch.add(first, 64))
          _0 = torch.copy_(rows, torch.mul(rows, torch.slice(factors, 0, first, torch.add(first, 64))))
        return 0
      def bias(self: __torch__.M, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor, eps: float) -> Tensor:
        shift = torch.sub(torch.to(b, 7), mean)
        return torch.to(torch.add(torch.mul(shift, (self).scale(gamma, variance, eps)), beta), 6)
      def copy_channels_last(self: __torch__.M, w: Tensor) -> Tensor:
        return torch.clone(w, memory_format=2)
      def copy(self: __torch__.M, w: Tensor) -> Tensor:
        return torch.clone(w)
      """;

  private static final int IMAGE_RANK = 4;

  private final FoldPlan plan;
  private final NDManager manager;
  private final ScriptModule script;
  private final NDList parameters = new NDList();
  private final NDList tensors = new NDList();

  /** Mean, standard deviation, then the buffers. */
  private final NDList untrained;

  /** Gives a tensor of the original network in fp32, owned by the scope or by someone else. */
  @FunctionalInterface
  interface Source {

    NDArray get(String name, NDManager scope);
  }

  InferenceNetwork(
      Network original, Source source, Policy policy, Device device, Normalization normalization) {
    policy.requireSupportedOn(device);
    policy.requireNodesOf(original);
    normalization.requireFits(original);
    Set<String> fp32 = policy.fp32Nodes();
    plan =
        FoldPlan.batchNorms(
            original,
            pair -> fp32.contains(pair.conv().name()) == fp32.contains(pair.norm().name()));
    manager = TorchRuntime.newManager(device);
    untrained = normalization.arrays(manager);
    Formats formats = Formats.of(policy, device);
    script = compile(formats, policy, device);
    Set<String> cast = GraphScript.castParameters(plan.network(), formats);
    for (TensorSpec tensor : plan.network().tensors()) {
      boolean channelsLast =
          policy.layout() == Layout.CHANNELS_LAST && tensor.shape().size() == IMAGE_RANK;
      try (NDManager scope = manager.newSubManager()) {
        NDArray fp32Value = value(tensor.name(), channelsLast, source, scope);
        NDArray value =
            cast.contains(tensor.name())
                ? script.run(scope, "cast", new NDList(fp32Value)).get(0)
                : fp32Value;
        value.attach(manager);
        tensors.add(value);
        (tensor.role().trainable() ? parameters : untrained).add(value);
      }
    }
    TorchRuntime.allowTf32(policy.compute() == ComputeType.TF32);
  }

  /**
   * Makes a network for a device.
   *
   * @param values fp32 tensors under the names of {@link Network#tensors()}
   * @param normalization applied to images inside the graph
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen, or
   *     if the policy or the normalisation does not fit
   */
  public static InferenceNetwork of(
      Network network,
      Map<String, HostTensor> values,
      Policy policy,
      Device device,
      Normalization normalization) {
    network.requireMatching(values);
    return of(
        network, (TensorSpec tensor) -> values.get(tensor.name()), policy, device, normalization);
  }

  /**
   * The same from fp32 tensors of which one at a time is in the memory of the JVM.
   *
   * @param values is asked for a tensor of {@code network} when its turn comes, for some repeatedly
   */
  public static InferenceNetwork of(
      Network network,
      TensorSource values,
      Policy policy,
      Device device,
      Normalization normalization) {
    Map<String, TensorSpec> tensors =
        network.tensors().stream().collect(Collectors.toMap(TensorSpec::name, Function.identity()));
    HostTransfer weights = new HostTransfer(network, values);
    // Several vectors are read together, but weights never.
    Source source =
        (name, scope) -> {
          TensorSpec tensor = tensors.get(name);
          return tensor.shape().size() > 1
              ? weights.get(tensor, scope)
              : values.get(tensor).toArray(scope);
        };
    return new InferenceNetwork(network, source, policy, device, normalization);
  }

  private ScriptModule compile(Formats formats, Policy policy, Device device) {
    boolean fused = !device.isGpu() && !formats.format().emulated() && canFuse(manager);
    String predict =
        fused
            ? GraphScript.fusedMethod("predict", plan.network(), formats, policy.layout())
            : GraphScript.predictMethod("predict", plan.network(), formats, policy.layout());
    return ScriptModule.compile(
        manager, predict + GraphScript.HELPERS + FOLDING + WeightCopies.method(formats));
  }

  private static boolean canFuse(NDManager manager) {
    try {
      ScriptModule.compile(manager, FusedScript.PROBE).close();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A tensor of the folded network in fp32, which nobody else holds. */
  private NDArray value(String name, boolean channelsLast, Source source, NDManager scope) {
    Pair pair = plan.joined().get(name.substring(0, name.lastIndexOf('.')));
    if (pair == null) {
      return copy(source.get(name, scope), channelsLast, scope);
    }
    String norm = pair.norm().name();
    NDArray gamma = source.get(norm + ".weight", scope);
    NDArray variance = source.get(norm + ".running_var", scope);
    if (name.endsWith(".weight")) {
      NDArray weight = copy(source.get(name, scope), channelsLast, scope);
      script.run(scope, "fold", weight, gamma, variance, pair.eps());
      return weight;
    }
    NDArray beta = source.get(norm + ".bias", scope);
    NDArray bias = pair.hadBias() ? source.get(name, scope) : scope.zeros(beta.getShape());
    NDArray mean = source.get(norm + ".running_mean", scope);
    return script.run(scope, "bias", bias, gamma, beta, mean, variance, pair.eps()).get(0);
  }

  private NDArray copy(NDArray of, boolean channelsLast, NDManager scope) {
    return script.run(scope, channelsLast ? "copy_channels_last" : "copy", of).get(0);
  }

  /** What is computed: the network it was made from without what only training needs. */
  public Network network() {
    return plan.network();
  }

  /** The weights and buffers as they are held, in the order of {@code network().tensors()}. */
  NDList tensors() {
    return tensors;
  }

  public Device device() {
    return manager.getDevice();
  }

  /** The manager that owns the weights, for arrays that shall live as long as this network. */
  public NDManager manager() {
    return manager;
  }

  /**
   * The forward pass with running statistics.
   *
   * @param imagesNchw N × C × H × W on this network's device, uint8 or float32
   * @return fp32 logits N × K, owned by the images' manager; the caller closes them
   */
  public NDArray predict(NDArray imagesNchw) {
    return script.run(imagesNchw.getManager(), "predict", imagesNchw, parameters, untrained).get(0);
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
