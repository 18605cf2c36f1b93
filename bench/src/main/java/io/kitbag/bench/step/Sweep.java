package io.kitbag.bench.step;

import io.kitbag.models.zoo.Zoo;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The values whose combinations are measured.
 *
 * @param models names in {@link io.kitbag.models.zoo.Zoo}
 * @param classes number of labels; if empty, 10 for networks of 32 px, else 1000
 * @param imageSize in pixels; if empty, 32 for networks of 32 px, else 128
 * @param precisions of the compiled execution and of peers; the plain ones run in fp32
 * @param layouts of the compiled execution and of peers; the plain ones run in NCHW
 * @param pythons labels of those in which peers run
 */
public record Sweep(
    List<String> models,
    OptionalInt classes,
    OptionalInt imageSize,
    List<Integer> batches,
    List<Execution> executions,
    List<ComputeType> precisions,
    List<Layout> layouts,
    MallocChoice malloc,
    List<String> pythons) {

  private static final int SMALL = 32;

  public Sweep {
    models = List.copyOf(models);
    batches = List.copyOf(batches);
    executions = List.copyOf(executions);
    precisions = List.copyOf(precisions);
    layouts = List.copyOf(layouts);
    pythons = List.copyOf(pythons);
  }

  /** All configurations, each once, those that do the same work next to each other. */
  public List<StepSpec> specs() {
    Set<StepSpec> specs = new LinkedHashSet<>();
    for (String model : models) {
      boolean small = Zoo.imageSize(model) == SMALL;
      int labels = classes.orElse(small ? 10 : 1000);
      int size = imageSize.orElse(small ? SMALL : 128);
      for (int batch : batches) {
        for (Execution execution : executions) {
          for (String python : execution.isPeer() ? pythons : List.of("")) {
            variants(execution)
                .forEach(
                    variant ->
                        specs.add(
                            new StepSpec(
                                model,
                                labels,
                                size,
                                batch,
                                execution,
                                variant.precision(),
                                variant.layout(),
                                variant.malloc(),
                                python)));
          }
        }
      }
    }
    return new ArrayList<>(specs);
  }

  private record Variant(ComputeType precision, Layout layout, Allocator malloc) {}

  private List<Variant> variants(Execution execution) {
    List<Variant> variants = new ArrayList<>();
    for (ComputeType precision : execution.isPlain() ? List.of(ComputeType.FP32) : precisions) {
      for (Layout layout : execution.isPlain() ? List.of(Layout.NCHW) : layouts) {
        malloc
            .allocators(execution)
            .forEach(allocator -> variants.add(new Variant(precision, layout, allocator)));
      }
    }
    return variants;
  }
}
