package io.kitbag.optim.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.TensorSpec;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.internal.StepScript.Form;
import io.kitbag.optim.internal.StepScript.Part;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An {@link UpdateRule} compiled for groups of parameters, with its state. */
public final class ScriptedOptimizer implements Optimizer {

  private static final String STEP = "step";

  private final UpdateRule rule;
  private final List<TensorSpec> parameters;
  private final List<Shape> shapes;
  private final List<Group> groups;
  private final Map<String, NDArray> state;
  private final NDManager memory;
  private final ScriptModule script;
  private long steps;

  /** The parameters of a group: where their gradients are, their weights, and a list per slot. */
  private record Group(
      RunningProduct product,
      int[] positions,
      List<NDArray> weights,
      List<String> slotNames,
      List<List<NDArray>> slots) {}

  /** The form that suits the manager's device. */
  public static ScriptedOptimizer of(
      NDManager manager,
      UpdateRule rule,
      ParameterGroups grouping,
      List<TensorSpec> parameters,
      List<? extends NDArray> weights) {
    Form form = manager.getDevice().isGpu() ? Form.MULTI_TENSOR : Form.TENSOR_BY_TENSOR;
    return new ScriptedOptimizer(manager, rule, grouping, parameters, weights, form);
  }

  ScriptedOptimizer(
      NDManager manager,
      UpdateRule rule,
      ParameterGroups grouping,
      List<TensorSpec> parameters,
      List<? extends NDArray> weights,
      Form form) {
    this.rule = rule;
    this.parameters = List.copyOf(parameters);
    shapes = parameters.stream().map(ScriptedOptimizer::shape).toList();
    requireMatching("weight", weights);
    Map<String, Integer> positions = positions(this.parameters);
    Map<Part, List<TensorSpec>> parts = parts(grouping);
    script = ScriptModule.compile(manager, StepScript.of(List.copyOf(parts.keySet()), form));
    memory = manager.newSubManager();
    groups = new ArrayList<>();
    parts.forEach(
        (part, members) -> {
          int[] places = members.stream().mapToInt(spec -> positions.get(spec.name())).toArray();
          List<NDArray> own = new ArrayList<>();
          for (int place : places) {
            own.add(weights.get(place));
          }
          List<List<NDArray>> slots = new ArrayList<>();
          for (int i = 0; i < part.rule().slots().size(); i++) {
            slots.add(script.run(memory, StepScript.ZEROS, own));
          }
          groups.add(
              new Group(new RunningProduct(part.rule()), places, own, part.rule().slots(), slots));
        });
    state = Collections.unmodifiableMap(named());
  }

  @Override
  public void step(List<? extends NDArray> gradients, double learningRate) {
    if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learning rate %s of step %d must be finite and not negative"
              .formatted(learningRate, steps));
    }
    requireMatching("gradient", gradients);
    List<Object> arguments = new ArrayList<>();
    arguments.add(learningRate);
    arguments.add(steps);
    for (Group group : groups) {
      List<NDArray> own = new ArrayList<>(group.positions().length);
      for (int position : group.positions()) {
        own.add(gradients.get(position));
      }
      arguments.add(group.product().upTo(steps));
      arguments.add(group.weights());
      arguments.add(own);
      arguments.addAll(group.slots());
    }
    script.run(memory, StepScript.STEP, arguments.toArray());
    steps++;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, NDArray> state() {
    state.get(STEP).set(new float[] {steps});
    return state;
  }

  @Override
  public void load(Map<String, ? extends NDArray> saved) {
    StateCheck.requireSame(rule.toString(), state, saved);
    float count = saved.get(STEP).toFloatArray()[0];
    if (!(count >= 0 && count == Math.rint(count))) {
      throw new IllegalArgumentException(
          "saved state of %s: step=%s is not a number of steps".formatted(rule, count));
    }
    List<NDArray> targets = new ArrayList<>();
    List<NDArray> sources = new ArrayList<>();
    state.forEach(
        (name, array) -> {
          targets.add(array);
          sources.add(saved.get(name));
        });
    script.run(memory, StepScript.COPY, targets, sources);
    steps = (long) count;
  }

  @Override
  public void close() {
    memory.close();
    script.close();
  }

  @Override
  public String toString() {
    return "%s over %d tensors in %d groups".formatted(rule, parameters.size(), groups.size());
  }

  private Map<String, NDArray> named() {
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (Group group : groups) {
      for (int i = 0; i < group.positions().length; i++) {
        String parameter = parameters.get(group.positions()[i]).name();
        for (int slot = 0; slot < group.slots().size(); slot++) {
          named.put(parameter + "." + group.slotNames().get(slot), group.slots().get(slot).get(i));
        }
      }
    }
    named.put(STEP, memory.create(0f));
    return named;
  }

  /** Parameters that are not frozen, by their rule and group, each in the order given. */
  private Map<Part, List<TensorSpec>> parts(ParameterGroups grouping) {
    Map<Part, List<TensorSpec>> parts = new LinkedHashMap<>();
    grouping
        .split(parameters)
        .forEach(
            (group, members) -> {
              if (!group.frozen()) {
                members.forEach(
                    spec ->
                        parts
                            .computeIfAbsent(
                                new Part(rule.ruleFor(spec), group), part -> new ArrayList<>())
                            .add(spec));
              }
            });
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("every parameter is frozen; there is nothing to optimize");
    }
    return parts;
  }

  private void requireMatching(String what, List<? extends NDArray> arrays) {
    if (arrays.size() != parameters.size()) {
      throw new IllegalArgumentException(
          "%d %ss given for %d parameters; pass one for each, in the same order"
              .formatted(arrays.size(), what, parameters.size()));
    }
    for (int i = 0; i < arrays.size(); i++) {
      NDArray array = arrays.get(i);
      if (array.getDataType() != DataType.FLOAT32 || !array.getShape().equals(shapes.get(i))) {
        throw new IllegalArgumentException(
            "%s of %s must be float32 %s, but is %s %s"
                .formatted(
                    what,
                    parameters.get(i).name(),
                    shapes.get(i),
                    array.getDataType(),
                    array.getShape()));
      }
    }
  }

  private static Map<String, Integer> positions(List<TensorSpec> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("an optimizer needs at least one parameter");
    }
    Map<String, Integer> positions = new LinkedHashMap<>();
    for (TensorSpec parameter : parameters) {
      if (positions.put(parameter.name(), positions.size()) != null) {
        throw new IllegalArgumentException(
            "two parameters are called %s; the saved state needs distinct names"
                .formatted(parameter.name()));
      }
    }
    return positions;
  }

  private static Shape shape(TensorSpec parameter) {
    return new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
  }
}
