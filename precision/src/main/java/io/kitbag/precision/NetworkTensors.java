package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/**
 * The fp32 tensors that a {@link CompiledNetwork} owns: parameters, of which some may be frozen,
 * and buffers; all zero at first.
 */
final class NetworkTensors {

  /** To be compiled into the script that the constructor gets. */
  static final String METHODS =
      """
      def channels_last(self: __torch__.M, p: List[Tensor]) -> int:
        for i in range(torch.len(p)):
          if torch.eq(torch.dim(p[i]), 4):
            _0 = torch.set_(p[i], torch.contiguous(torch.detach(p[i]), memory_format=2))
          else:
            pass
        return 0
      def load(self: __torch__.M, p: Tensor, value: Tensor) -> int:
        _0 = torch.copy_(p, value)
        return 0
      def plain(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:
        values = annotate(List[Tensor], [])
        for i in range(torch.len(p)):
          _0 = torch.append(values, torch.contiguous(p[i]))
        return values
      """;

  private final Network network;
  private final NDManager manager;
  private final ScriptModule script;
  private final NDList all = new NDList();
  private final NDList parameters = new NDList();
  private final NDList buffers = new NDList();
  private final NDList trained = new NDList();
  private final List<TensorSpec> parameterSpecs;
  private List<TensorSpec> trainedSpecs;

  /**
   * Makes the tensors.
   *
   * @param manager owns them
   * @param script has {@link #METHODS}
   */
  NetworkTensors(Network network, Layout layout, NDManager manager, ScriptModule script) {
    this.network = network;
    this.manager = manager;
    this.script = script;
    for (TensorSpec tensor : network.tensors()) {
      long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
      NDArray array = manager.zeros(new Shape(shape));
      array.setRequiresGradient(tensor.role().trainable());
      (tensor.role().trainable() ? parameters : buffers).add(array);
      all.add(array);
    }
    if (layout == Layout.CHANNELS_LAST) {
      script.run(manager, "channels_last", parameters);
    }
    parameterSpecs =
        network.tensors().stream().filter(tensor -> tensor.role().trainable()).toList();
    trainedSpecs = parameterSpecs;
    trained.addAll(parameters);
  }

  NDList all() {
    return all;
  }

  /** A parameter or buffer by its name. */
  NDArray get(String name) {
    List<TensorSpec> specs = network.tensors();
    for (int i = 0; i < specs.size(); i++) {
      if (specs.get(i).name().equals(name)) {
        return all.get(i);
      }
    }
    throw new NoSuchElementException(network.name() + " has no tensor " + name);
  }

  NDList parameters() {
    return parameters;
  }

  List<TensorSpec> parameterSpecs() {
    return parameterSpecs;
  }

  NDList buffers() {
    return buffers;
  }

  NDList trained() {
    return trained;
  }

  List<TensorSpec> trainedSpecs() {
    return trainedSpecs;
  }

  /** See {@link CompiledNetwork#freeze}. */
  void freeze(Predicate<TensorSpec> frozen) {
    if (parameterSpecs.stream().allMatch(frozen)) {
      throw new IllegalArgumentException(
          "all %d parameters of %s would be frozen; leave some to train"
              .formatted(parameterSpecs.size(), network.name()));
    }
    trained.clear();
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < parameterSpecs.size(); i++) {
      boolean trains = !frozen.test(parameterSpecs.get(i));
      parameters.get(i).setRequiresGradient(trains);
      if (trains) {
        trained.add(parameters.get(i));
        specs.add(parameterSpecs.get(i));
      }
    }
    trainedSpecs = List.copyOf(specs);
  }

  /** See {@link CompiledNetwork#load}. */
  void load(Map<String, HostTensor> values) {
    network.requireMatching(values);
    load(tensor -> values.get(tensor.name()));
  }

  /** See {@link CompiledNetwork#load(TensorSource)}. */
  void load(TensorSource source) {
    HostTransfer transfer = new HostTransfer(network, source);
    for (int i = 0; i < all.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray value = transfer.get(network.tensors().get(i), scope);
        script.run(scope, "load", all.get(i), value);
      }
    }
  }

  /** See {@link CompiledNetwork#copy}. */
  Map<String, HostTensor> copy(List<String> names, NDList arrays) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    if (arrays.isEmpty()) {
      return values;
    }
    try (NDManager scope = manager.newSubManager();
        NDList plain = script.run(scope, "plain", arrays)) {
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), HostTensor.of(plain.get(i)));
      }
    }
    return values;
  }
}
