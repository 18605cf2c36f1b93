package io.kitbag.precision;

import io.kitbag.precision.internal.torch.Profiler;
import io.kitbag.precision.internal.torch.Profiler.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the time of some work on the engine goes, by PyTorch operator: the processor's time in each
 * operator without that of the operators it calls. On a GPU that is the time to launch kernels, not
 * to run them.
 *
 * @param operators the most expensive first
 */
public record OperatorProfile(List<Operator> operators) {

  /**
   * What all calls of an operator took together.
   *
   * @param name such as {@code aten::mkldnn_convolution}
   * @param selfMs milliseconds in the operator itself
   */
  public record Operator(String name, int calls, double selfMs) {}

  private static final double MICROS_PER_MILLI = 1e3;

  public OperatorProfile {
    operators = List.copyOf(operators);
  }

  /**
   * Profiles {@code work}, which may use any number of the engine's threads. Recording costs about
   * a microsecond a call. One profile at a time in a process.
   */
  public static OperatorProfile of(Runnable work) {
    TorchRuntime.torchVersion();
    return of(Profiler.record(work, TorchRuntime.gpuCount() > 0));
  }

  static OperatorProfile of(List<Event> events) {
    Map<String, Operator> totals = new HashMap<>();
    Map<String, List<Event>> threads = new HashMap<>();
    events.forEach(
        event -> threads.computeIfAbsent(event.thread(), key -> new ArrayList<>()).add(event));
    for (List<Event> thread : threads.values()) {
      // Outer calls before the inner ones that begin with them.
      thread.sort(
          Comparator.comparingDouble(Event::start)
              .thenComparing(Comparator.comparingDouble(Event::duration).reversed()));
      Deque<Event> open = new ArrayDeque<>();
      for (Event event : thread) {
        while (!open.isEmpty() && end(open.peek()) <= event.start()) {
          open.pop();
        }
        if (!open.isEmpty()) {
          add(totals, open.peek().name(), 0, -event.duration());
        }
        add(totals, event.name(), 1, event.duration());
        open.push(event);
      }
    }
    return new OperatorProfile(
        totals.values().stream()
            .sorted(
                Comparator.comparingDouble(Operator::selfMs)
                    .reversed()
                    .thenComparing(Operator::name))
            .toList());
  }

  private static double end(Event event) {
    return event.start() + event.duration();
  }

  private static void add(Map<String, Operator> totals, String name, int calls, double micros) {
    totals.merge(
        name,
        new Operator(name, calls, micros / MICROS_PER_MILLI),
        (a, b) -> new Operator(name, a.calls() + b.calls(), a.selfMs() + b.selfMs()));
  }

  /** Milliseconds in all operators together. */
  public double totalMs() {
    return operators.stream().mapToDouble(Operator::selfMs).sum();
  }
}
