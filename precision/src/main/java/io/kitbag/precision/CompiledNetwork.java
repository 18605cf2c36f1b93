package io.kitbag.precision;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A network compiled to one TorchScript method and run as one native call, with the policy's casts,
 * layout and in-place operators inside. Intermediate results never reach Java.
 *
 * <p>It owns the fp32 master weights and buffers; {@link #close} frees them. Training is for one
 * thread at a time; {@link #predict} may run in several threads while nothing trains.
 */
public final class CompiledNetwork implements AutoCloseable {

  private static final String METHODS =
      """
      def copies(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:
        values = annotate(List[Tensor], [])
        for i in range(torch.len(p)):
          _0 = torch.append(values, torch.clone(p[i]))
        return values
      """;

  private final Network network;
  private final Policy policy;
  private final Normalization normalization;
  private final NDManager manager;
  private final ScriptModule script;
  private final NetworkTensors tensors;
  private final WeightCopies copies;
  private final Differentiation differentiation;

  /** Mean, standard deviation, then the buffers: DJL cannot pass an empty list. */
  private final NDList untrained;

  /** Stands for a key where nothing is drawn. */
  private final NDArray noKey;

  private CompiledNetwork(
      Network network, Policy policy, Device device, Normalization normalization) {
    policy.requireSupportedOn(device);
    policy.requireNodesOf(network);
    normalization.requireFits(network);
    this.network = network;
    this.policy = policy;
    this.manager = TorchRuntime.newManager(device);
    Formats formats = Formats.of(policy, device);
    this.script =
        ScriptModule.compile(
            manager,
            GraphScript.trainMethod("train", network, formats, policy.layout())
                + GraphScript.predictMethod("predict", network, formats, policy.layout())
                + GraphScript.finiteMethod("finite", network, formats, policy.layout())
                + GraphScript.HELPERS
                + NetworkTensors.METHODS
                + WeightCopies.method(formats)
                + Differentiation.METHODS
                + FiniteSearch.METHODS
                + METHODS);
    this.noKey = manager.create(new DrawKey(0).halves());
    this.normalization = normalization;
    untrained = normalization.arrays(manager);
    tensors = new NetworkTensors(network, policy.layout(), manager, script);
    copies = new WeightCopies(network, formats, tensors, script);
    untrained.addAll(tensors.buffers());
    differentiation = new Differentiation(network, tensors, script);
    TorchRuntime.allowTf32(policy.compute() == ComputeType.TF32);
  }

  /**
   * Compiles a network for a device. All weights are zero until {@link #load}.
   *
   * @param normalization applied to images inside the graph
   */
  public static CompiledNetwork of(
      Network network, Policy policy, Device device, Normalization normalization) {
    return new CompiledNetwork(network, policy, device, normalization);
  }

  public Network network() {
    return network;
  }

  public Policy policy() {
    return policy;
  }

  public Device device() {
    return manager.getDevice();
  }

  /** The manager that owns the weights, for arrays that shall live as long as this network. */
  public NDManager manager() {
    return manager;
  }

  /** Specifications of {@link #parameters()}, in the same order. */
  public List<TensorSpec> parameterSpecs() {
    return tensors.parameterSpecs();
  }

  /** The fp32 master weights. They belong to this network: update in place, do not close. */
  public NDList parameters() {
    return tensors.parameters();
  }

  /**
   * Leaves some parameters out of training: no gradient is computed for them, nor for what only
   * they need. Batch normalisation goes on tracking its statistics, frozen or not. All others are
   * trained, also those that an earlier call froze.
   *
   * @throws IllegalArgumentException if nothing would be left; nothing is changed then
   * @throws IllegalStateException while copies are held
   */
  public void freeze(Predicate<TensorSpec> frozen) {
    requireNoCopies();
    tensors.freeze(frozen);
    differentiation.trainedChanged();
  }

  /** Running statistics and other fp32 tensors that are not trained; not to be closed. */
  public NDList buffers() {
    return tensors.buffers();
  }

  /** Specifications of {@link #trained()}, in the same order. */
  public List<TensorSpec> trainedSpecs() {
    return tensors.trainedSpecs();
  }

  /** The parameters that are not frozen, all of them at first; see {@link #parameters()}. */
  public NDList trained() {
    return tensors.trained();
  }

  /**
   * Parameters and buffers, fp32, in the order of {@link Network#tensors()}. They belong to this
   * network: update in place, do not close.
   */
  public NDList tensors() {
    return tensors.all();
  }

  /**
   * Makes the copies of weights in the compute type now, and lets all passes until {@link
   * #releaseCopies} use them. Without it each pass makes its own. For passes between which no
   * weight changes, such as the batches of one step; many predictions are faster with {@link
   * #inference}. Results and gradients are the same.
   *
   * <p>While copies are held, passes do not see changes of {@link #parameters()}. Does nothing
   * where there is nothing to copy: in fp32, and where the format is emulated.
   *
   * @throws IllegalStateException if copies are held already
   */
  public void holdCopies() {
    requireNoCopies();
    copies.hold(manager);
  }

  /**
   * Ends what {@link #holdCopies} began.
   *
   * @throws IllegalStateException if no copies are held
   */
  public void releaseCopies() {
    copies.release();
  }

  private void requireNoCopies() {
    if (copies.isHeld()) {
      throw new IllegalStateException(
          "%s holds copies of its weights; release them first".formatted(network.name()));
    }
  }

  /**
   * The forward pass with batch statistics and without autograd, for the sake of the running
   * statistics alone.
   *
   * @param imagesNchw as for {@link #train}
   */
  public void observe(NDArray imagesNchw) {
    script
        .run(imagesNchw.getManager(), "train", imagesNchw, copies.passed(), untrained, noKey)
        .close();
  }

  /**
   * The training pass of a network that drops nothing and has no auxiliary output.
   *
   * @param imagesNchw as for {@link #train(NDArray, DrawKey)}
   * @return fp32 logits N × K, owned by the images' manager; the caller closes them
   * @throws IllegalStateException if the network needs a key or has a second output
   */
  public NDArray train(NDArray imagesNchw) {
    if (!network.dropStreams().isEmpty() || network.auxiliary().isPresent()) {
      throw new IllegalStateException(
          "%s drops values or has an auxiliary output; call train with a DrawKey"
              .formatted(network.name()));
    }
    return record(imagesNchw, noKey).get(0);
  }

  /**
   * The forward pass with batch statistics and dropping, recorded for {@link #gradients}; updates
   * the running statistics.
   *
   * @param imagesNchw N × C × H × W on this network's device, uint8 or float32
   * @param key what dropout and stochastic depth are a function of; another one for every step
   * @return fp32 logits N × K and, if the network has them, auxiliary logits N × K; owned by the
   *     images' manager; the caller closes them
   */
  public NDList train(NDArray imagesNchw, DrawKey key) {
    if (network.dropStreams().isEmpty()) {
      return record(imagesNchw, noKey);
    }
    try (NDArray halves = imagesNchw.getManager().create(key.halves())) {
      return record(imagesNchw, halves);
    }
  }

  private NDList record(NDArray imagesNchw, NDArray key) {
    return script.record(
        imagesNchw.getManager(), "train", imagesNchw, copies.passed(), untrained, key);
  }

  /**
   * Differentiates a recorded scalar.
   *
   * @param loss a scalar computed from the logits of a training pass; its graph is freed
   * @param scale multiplies the gradients, as if the loss had been multiplied by it
   * @return fresh fp32 gradients in the order of {@link #trained()}, owned by the loss's manager;
   *     the caller closes them
   */
  public NDList gradients(NDArray loss, double scale) {
    return gradients(new NDList(loss), scale);
  }

  /**
   * Differentiates the weighted sum of the losses of all outputs. An output that depends on frozen
   * parameters only is passed over.
   *
   * @param losses recorded scalars, one for each output of one training pass; their graph is freed
   * @param scales a factor for each loss; there may be more
   * @return as {@link #gradients(NDArray, double)}
   */
  public NDList gradients(NDList losses, double... scales) {
    return differentiation.gradients(losses, scales);
  }

  /**
   * The forward pass with running statistics, without autograd. See {@link #inference} for many.
   *
   * @param imagesNchw N × C × H × W on this network's device, uint8 or float32
   * @return fp32 logits N × K, owned by the images' manager; the caller closes them
   */
  public NDArray predict(NDArray imagesNchw) {
    return script
        .run(imagesNchw.getManager(), "predict", imagesNchw, copies.passed(), untrained)
        .get(0);
  }

  /**
   * The network with its present weights for many predictions, which take less time there. The
   * caller closes it; it may live longer than this.
   */
  public InferenceNetwork inference() {
    return new InferenceNetwork(
        network, (name, scope) -> tensors.get(name), policy, device(), normalization);
  }

  /** Differentiates the weighted sum of some recorded scalars by any recorded arrays. */
  NDList differentiate(NDManager results, NDList sources, NDList factors, List<NDArray> by) {
    return differentiation.by(results, sources, factors, by);
  }

  /** Copies of what {@link #train} gets beside the parameters: a pass over them changes nothing. */
  NDList copyOfUntrained(NDManager scope) {
    return script.record(scope, "copies", untrained);
  }

  /**
   * Looks for the source of NaN or infinity: runs the forward pass with batch statistics and
   * returns the first parameter, else the first node in order, that has a value which is not
   * finite. Changes nothing; waits for the device.
   *
   * @param imagesNchw as for {@link #train(NDArray, DrawKey)}
   * @param key of the step that is looked into
   */
  public Optional<String> firstNonFinite(NDArray imagesNchw, DrawKey key) {
    try (NDManager scope = manager.newSubManager()) {
      return new FiniteSearch(network, tensors, script)
          .first(
              scope,
              imagesNchw,
              copies.passed(),
              copyOfUntrained(scope),
              scope.create(key.halves()));
    }
  }

  /**
   * Sets all parameters and buffers.
   *
   * @param values fp32 tensors under the names of {@link Network#tensors()}
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen;
   *     nothing is changed then
   * @throws IllegalStateException while copies are held
   */
  public void load(Map<String, HostTensor> values) {
    requireNoCopies();
    tensors.load(values);
  }

  /**
   * Sets all parameters and buffers, tensor by tensor.
   *
   * @param source is asked for fp32 values in the order of {@link Network#tensors()}
   * @throws IllegalArgumentException if a tensor is misshapen; those before it are set then
   * @throws IllegalStateException while copies are held
   */
  public void load(TensorSource source) {
    requireNoCopies();
    tensors.load(source);
  }

  /** Copies of all parameters and buffers, in the order of {@link Network#tensors()}. */
  public Map<String, HostTensor> values() {
    return copy(network.tensors().stream().map(TensorSpec::name).toList(), tensors());
  }

  /**
   * Copies of arrays on this network's device, such as optimizer state, in plain order whatever
   * their memory layout.
   */
  public Map<String, HostTensor> copy(List<String> names, NDList arrays) {
    return tensors.copy(names, arrays);
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
