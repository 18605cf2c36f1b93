package io.kitbag.bench.step;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import io.kitbag.bench.child.ChildMain;
import io.kitbag.precision.OperatorProfile;
import io.kitbag.precision.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** The main class of a child JVM that measures one configuration. */
public final class StepChild {

  private static final int PROFILED_STEPS = 3;

  private StepChild() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    ChildMain.serve(
        ChildRequest.class,
        request -> ChildReply.of(measure(request.spec(), request.settings())),
        ChildReply::failed);
  }

  private static StepMeasurement measure(StepSpec spec, StepSettings settings) {
    boolean tuned = spec.malloc() == Allocator.TUNED && TorchRuntime.tuneMalloc();
    TorchRuntime.setThreads(settings.threads());
    TorchRuntime.benchmarkCudnn(settings.autotune());
    Device device = Devices.parse(settings.device());
    try (Step step = Step.of(spec, settings)) {
      // What set-up left on the Java heap is not the step's.
      System.gc();
      List<Double> losses = new ArrayList<>();
      List<StepSample> samples = new ArrayList<>();
      long cpuBefore = 0;
      for (int i = 0; i < settings.warmup() + settings.steps(); i++) {
        if (i == settings.warmup()) {
          cpuBefore = cpuNanos();
        }
        Step.Outcome outcome = step.run();
        losses.add(outcome.loss());
        if (i >= settings.warmup()) {
          samples.add(outcome.sample());
        }
      }
      double cpuMs = (cpuNanos() - cpuBefore) / 1e6 / settings.steps();
      // Before the profile, which needs memory too.
      long peakMemoryKiB = PeakMemory.ofThisProcess();
      return new StepMeasurement(
          samples,
          cpuMs,
          losses.get(0),
          losses.get(1),
          device.isGpu() ? StepProfile.none() : profile(step),
          peakMemoryKiB,
          spec.policy().isEmulatedOn(device),
          tuned ? Allocator.TUNED : Allocator.SYSTEM,
          TorchRuntime.djlVersion(),
          "PyTorch " + TorchRuntime.torchVersion(),
          null);
    }
  }

  /**
   * Of the last of some steps. What the profiler notes lies among the step's tensors, which at
   * first takes fresh pages from the system: a third of ResNet-50-D's first profile was that.
   */
  private static StepProfile profile(Step step) {
    StepProfile profile = StepProfile.none();
    for (int i = 0; i < PROFILED_STEPS; i++) {
      profile = StepProfile.of(OperatorProfile.of(step::run));
    }
    return profile;
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
