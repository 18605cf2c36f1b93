package io.kitbag.bench.step;

import ai.djl.Device;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.OperatingSystemMXBean;
import io.kitbag.precision.OperatorProfile;
import io.kitbag.precision.TorchRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a child JVM: reads a {@link ChildRequest}, measures, writes a {@link
 * ChildReply}. It ends when its standard input does, so that it never outlives its parent.
 */
public final class StepChild {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private StepChild() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    PrintStream replies = System.out;
    System.setOut(System.err);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ChildRequest request = JSON.readValue(requests.readLine(), ChildRequest.class);
    endWith(requests);
    ChildReply reply;
    try {
      reply = ChildReply.of(measure(request.spec(), request.settings()));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      reply = ChildReply.failed(e.toString());
    }
    replies.println(JSON.writeValueAsString(reply));
    replies.flush();
    // Engine threads and a huge native heap need no orderly end.
    Runtime.getRuntime().halt(0);
  }

  private static StepMeasurement measure(StepSpec spec, StepSettings settings) {
    boolean tuned = spec.malloc() == Allocator.TUNED && TorchRuntime.tuneMalloc();
    TorchRuntime.setThreads(settings.threads());
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
          device.isGpu() ? StepProfile.none() : StepProfile.of(OperatorProfile.of(step::run)),
          peakMemoryKiB,
          spec.policy().isEmulatedOn(device),
          tuned ? Allocator.TUNED : Allocator.SYSTEM,
          TorchRuntime.djlVersion(),
          "PyTorch " + TorchRuntime.torchVersion());
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void endWith(BufferedReader requests) {
    Thread watch =
        new Thread(
            () -> {
              try {
                requests.readLine();
              } catch (IOException e) {
                // As good as an end.
              }
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
