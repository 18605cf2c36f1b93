package io.kitbag.optim.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.GradientClip;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.djl.DjlOptimizer.Clipping;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The steps of one block's parameters, put together from DJL's updates of single ones. */
final class BlockStep implements AutoCloseable {

  private static final String METHODS =
      """
      def scale(self: __torch__.M, g: List[Tensor], factor: float) -> int:
        torch._foreach_mul_(g, factor)
        return 0
      def zero(self: __torch__.M, g: List[Tensor]) -> int:
        torch._foreach_zero_(g)
        return 0
      """;

  private final Block block;
  private final Schedule schedule;
  private final double gradientFactor;
  private final List<TensorSpec> specs;
  private final List<NDArray> weights = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final @Nullable NDArray[] gradients;
  private final NDManager memory;
  private final ScriptModule script;
  private final @Nullable GradientClip clip;
  private final Optimizer optimizer;
  private int taken;

  BlockStep(
      Block block,
      UpdateRule rule,
      ParameterGroups groups,
      Schedule schedule,
      double gradientFactor,
      @Nullable Clipping clipping) {
    if (!block.isInitialized()) {
      throw new IllegalStateException(
          "the block has no parameters yet: initialize it, or the trainer, first");
    }
    this.block = block;
    this.schedule = schedule;
    this.gradientFactor = gradientFactor;
    specs = DjlOptimizer.parametersOf(block);
    for (Parameter parameter : block.getParameters().values()) {
      if (parameter.requiresGradient()) {
        positions.put(parameter.getId(), weights.size());
        weights.add(parameter.getArray());
      }
    }
    gradients = new NDArray[weights.size()];
    if (weights.isEmpty()) {
      throw new IllegalStateException("the block has no parameter that is trained");
    }
    memory = weights.get(0).getManager().newSubManager();
    script = ScriptModule.compile(memory, METHODS);
    clip = clipping == null ? null : clipping.of(memory, specs, weights);
    optimizer = rule.optimizer(memory, groups, specs, weights);
  }

  Optimizer optimizer() {
    return optimizer;
  }

  void take(String parameterId, NDArray weight, NDArray gradient) {
    Integer position = positions.get(parameterId);
    if (position == null) {
      throw new IllegalStateException(
          "%s is not among the parameters of %s that were trained when this optimizer began; freeze or thaw before the first step"
              .formatted(nameOf(parameterId), block));
    }
    if (weight != weights.get(position)) {
      throw new IllegalStateException(
          "the trainer keeps %s on %s apart from the model's, on %s: train on one device, that of the model"
              .formatted(
                  specs.get(position).name(),
                  weight.getDevice(),
                  weights.get(position).getDevice()));
    }
    if (gradients[position] != null) {
      throw new IllegalStateException(
          "%s came twice before %s: initialize the trainer, so that it knows every parameter, and freeze none after the first step"
              .formatted(specs.get(position).name(), missing()));
    }
    // DJL closes its array on return; this one is a second handle on the same memory.
    NDArray kept = gradient.reshape(gradient.getShape());
    kept.attach(memory);
    gradients[position] = kept;
    taken++;
    if (taken == gradients.length) {
      step();
    }
  }

  private void step() {
    NDList all = new NDList(gradients);
    Arrays.fill(gradients, null);
    taken = 0;
    try (all) {
      if (gradientFactor != 1) {
        script.run(memory, "scale", all, gradientFactor);
      }
      if (clip != null) {
        clip.clip(memory, all).close();
      }
      optimizer.step(all, schedule.at(optimizer.steps()));
    }
    try (NDList spent =
        new NDList(weights.stream().map(NDArray::getGradient).toArray(NDArray[]::new))) {
      script.run(memory, "zero", spent);
    }
  }

  private String nameOf(String parameterId) {
    return block.getParameters().stream()
        .filter(pair -> pair.getValue().getId().equals(parameterId))
        .map(pair -> pair.getKey())
        .findFirst()
        .orElse("a parameter of another block");
  }

  private String missing() {
    return IntStream.range(0, gradients.length)
        .filter(i -> gradients[i] == null)
        .mapToObj(i -> specs.get(i).name())
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    memory.close();
  }
}
