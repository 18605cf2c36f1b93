package io.kitbag.train.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * All meters of a training run; {@code docs/metrics.md} lists their names and units.
 *
 * <p>One thread records, any thread may read. Recording never waits for the device: the loop passes
 * the loss when it has it anyway.
 */
public final class Meters {

  /**
   * The parts of a step. On a device that works asynchronously, the time the host spends in each.
   */
  public enum Phase {
    /** Waiting for the next batch. */
    DATA,
    /** The network and the loss. */
    FORWARD,
    /** The gradients. */
    BACKWARD,
    /** Unscaling, clipping and the update. */
    OPTIMIZER
  }

  private static final String PREFIX = "kitbag.train.";

  private final MeterRegistry registry;
  private final Counter images;
  private final Counter steps;
  private final Counter skipped;
  private final Counter corrupt;
  private final Map<Phase, Timer> phases = new EnumMap<>(Phase.class);
  private volatile double loss = Double.NaN;
  private volatile double learningRate;
  private volatile double lossScale = 1;

  /** Meters in memory, read through {@link #registry} and the accessors. */
  public Meters() {
    this(new SimpleMeterRegistry());
  }

  /** Meters in {@code registry}, which may publish them anywhere. */
  public Meters(MeterRegistry registry) {
    this.registry = registry;
    images = counter("images", "images", "Training images used");
    steps = counter("steps", "steps", "Optimizer steps taken or skipped");
    skipped = counter("steps.skipped", "steps", "Steps left out after a non-finite gradient");
    corrupt = counter("images.corrupt", "images", "Images that could not be decoded");
    gauge("loss", "Mean training loss of the last batch that was read", () -> loss);
    gauge("learning.rate", "Learning rate of the last step", () -> learningRate);
    gauge("loss.scale", "Factor on the loss, 1 without scaling", () -> lossScale);
    for (Phase phase : Phase.values()) {
      phases.put(
          phase,
          Timer.builder(PREFIX + "step")
              .tag("phase", phase.name().toLowerCase(Locale.ROOT))
              .description("Time of the parts of a step")
              .register(registry));
    }
  }

  /** Adds to the time of a phase. */
  public void time(Phase phase, long nanos) {
    phases.get(phase).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Counts images that were used. */
  public void images(int count) {
    images.increment(count);
  }

  /** Counts a step. */
  public void step(double rate) {
    steps.increment();
    learningRate = rate;
  }

  /** Counts a step that was skipped, in addition to {@link #step}. */
  public void skippedStep() {
    skipped.increment();
  }

  /** Counts images that could not be decoded. */
  public void corruptImages(int count) {
    corrupt.increment(count);
  }

  /** Notes the loss of a batch. */
  public void loss(double value) {
    loss = value;
  }

  /** Notes the factor on the loss. */
  public void lossScale(double value) {
    lossScale = value;
  }

  /** The time spent in a phase so far. */
  public Duration total(Phase phase) {
    return Duration.ofNanos((long) phases.get(phase).totalTime(TimeUnit.NANOSECONDS));
  }

  /** The share of the steps' time that went into waiting for images, from 0 to 1. */
  public double shareOfWaiting() {
    long all = 0;
    for (Phase phase : Phase.values()) {
      all += total(phase).toNanos();
    }
    return all == 0 ? 0 : (double) total(Phase.DATA).toNanos() / all;
  }

  /** The counts so far, by the last part of the meter's name, for a checkpoint. */
  public Map<String, Double> totals() {
    return Map.of(
        "images", images.count(),
        "steps", steps.count(),
        "steps.skipped", skipped.count(),
        "images.corrupt", corrupt.count());
  }

  /** Adds the counts of a run that goes on; names not among {@link #totals} are passed over. */
  public void restore(Map<String, Double> totals) {
    images.increment(totals.getOrDefault("images", 0.0));
    steps.increment(totals.getOrDefault("steps", 0.0));
    skipped.increment(totals.getOrDefault("steps.skipped", 0.0));
    corrupt.increment(totals.getOrDefault("images.corrupt", 0.0));
  }

  /** Where the meters are. */
  public MeterRegistry registry() {
    return registry;
  }

  private Counter counter(String name, String unit, String description) {
    return Counter.builder(PREFIX + name)
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(PREFIX + name, value).description(description).register(registry);
  }
}
