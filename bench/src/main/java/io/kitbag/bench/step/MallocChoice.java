package io.kitbag.bench.step;

import java.util.List;

/** With which allocators a sweep measures. */
public enum MallocChoice {
  /** Plain-keeping with the system's, since it stands for stock DJL; everything else tuned. */
  AUTO,
  TUNED,
  SYSTEM,
  BOTH;

  List<Allocator> allocators(Execution execution) {
    return switch (this) {
      case AUTO ->
          List.of(execution == Execution.PLAIN_KEEPING ? Allocator.SYSTEM : Allocator.TUNED);
      case TUNED -> List.of(Allocator.TUNED);
      case SYSTEM -> List.of(Allocator.SYSTEM);
      case BOTH -> List.of(Allocator.TUNED, Allocator.SYSTEM);
    };
  }
}
