package io.kitbag.bench.tensorcore;

import io.kitbag.bench.step.ChildReply;
import io.kitbag.bench.step.ChildRequest;
import io.kitbag.bench.step.StepRunner;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The largest batch whose training step fits into memory, found by trying: each trial is a JVM of
 * its own that takes two steps.
 *
 * <p>How it works: what fits and what does not close in on each other. A process's peak of resident
 * memory is nearly a straight line over the batch, so on a CPU two small trials say where the limit
 * is, and the next go there; hardly more than the limit is ever taken. Of a GPU's memory no peak is
 * known, but a step that does not fit fails without harm, so batches double and intervals halve.
 */
public final class LargestBatch {

  /** Tensor Cores want multiples of it (NVIDIA's guide on matrix shapes; fp16 and bf16). */
  public static final int MULTIPLE = 8;

  private static final int MOST = 1 << 20;
  private static final double KIB = 1024;

  private final StepRunner runner;
  private final OptionalLong limitBytes;
  private final Consumer<String> progress;

  /**
   * A search.
   *
   * @param limitBytes what the process may take; empty where the device itself is the limit
   * @param progress is told each trial, one line each
   */
  public LargestBatch(StepRunner runner, OptionalLong limitBytes, Consumer<String> progress) {
    this.runner = runner;
    this.limitBytes = limitBytes;
    this.progress = progress;
  }

  /** A batch that was tried. */
  private record Trial(int batch, double peakBytes) {}

  /** The largest multiple of {@link #MULTIPLE}; empty if not even that fits. */
  public OptionalInt find(StepSpec spec, StepSettings settings) throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    int fits = 0;
    int tooLarge = MOST;
    int batch = MULTIPLE;
    while (tooLarge - fits > MULTIPLE) {
      if (fits(spec.withBatch(batch), settings.withTwoSteps(), trials)) {
        fits = batch;
      } else {
        tooLarge = batch;
      }
      batch = next(fits, tooLarge, trials);
    }
    return fits == 0 ? OptionalInt.empty() : OptionalInt.of(fits);
  }

  private boolean fits(StepSpec spec, StepSettings settings, List<Trial> trials)
      throws InterruptedException {
    ChildReply reply = runner.run(new ChildRequest(spec, settings));
    if (reply.measurement() == null) {
      progress.accept("%s does not fit: %s".formatted(spec, reply.error()));
      // Where the line leads is not known to be reached.
      trials.clear();
      return false;
    }
    double peak = reply.measurement().peakMemoryKiB() * KIB;
    if (limitBytes.isPresent() && peak < 0) {
      throw new IllegalArgumentException(
          "this system does not tell how much memory a process took; leave --memory away");
    }
    boolean fits = limitBytes.isEmpty() || peak <= limitBytes.getAsLong();
    if (limitBytes.isPresent()) {
      trials.add(new Trial(spec.batch(), peak));
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s %s%s",
            spec,
            fits ? "fits" : "does not fit",
            limitBytes.isPresent() ? ": %.0f MiB".formatted(peak / KIB / KIB) : ""));
    return fits;
  }

  private int next(int fits, int tooLarge, List<Trial> trials) {
    int guess = tooLarge == MOST ? 2 * fits : (fits + tooLarge) / 2;
    if (trials.size() > 1) {
      Trial last = trials.get(trials.size() - 1);
      Trial before = trials.get(trials.size() - 2);
      double perImage = (last.peakBytes() - before.peakBytes()) / (last.batch() - before.batch());
      if (perImage > 0) {
        double more = (limitBytes.orElseThrow() - last.peakBytes()) / perImage;
        guess = (int) Math.max(0, Math.min(MOST, last.batch() + more));
      }
    }
    int multiple = guess / MULTIPLE * MULTIPLE;
    return Math.max(fits + MULTIPLE, Math.min(tooLarge - MULTIPLE, multiple));
  }
}
