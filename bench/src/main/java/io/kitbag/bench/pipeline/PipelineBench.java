package io.kitbag.bench.pipeline;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.pipeline.Conversation.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Lets contenders load the same photos in turns: each has a process of its own, which warms up and
 * then loads for a second or so whenever it is its turn, A B C A B C …, so that what slows the
 * machine for a while slows all of them.
 */
public final class PipelineBench {
  private static final int SAMPLE = 32;
  private static final int LEAST_BATCHES = 4;

  private final PipelineSettings settings;
  private final Processes processes;
  private final Consumer<String> progress;

  /** How to start a contender. */
  @FunctionalInterface
  interface Processes {
    /** Starts a process and asks what runs there. */
    Opened open(LoaderSetting setting, Duration timeout)
        throws Failure, IOException, InterruptedException;
  }

  /**
   * A process that has answered its first question.
   *
   * @param versions what it answered
   */
  record Opened(Conversation conversation, String versions) {}

  PipelineBench(PipelineSettings settings, Processes processes, Consumer<String> progress) {
    this.settings = settings;
    this.processes = processes;
    this.progress = progress;
  }

  /**
   * A bench.
   *
   * @param programs stays open as long as this is used
   * @param pythons run the contenders in Python, each in the first of them that can: executables or
   *     virtual environments
   * @param variables of the environment of these
   * @param progress is told what happens, a line each
   */
  public PipelineBench(
      PipelineSettings settings,
      PeerPrograms programs,
      List<Path> pythons,
      Map<String, String> variables,
      Consumer<String> progress) {
    this(settings, new Launch(programs, pythons, variables), progress);
  }

  /** A contender that is ready, or has failed. */
  private static final class Runner {
    final LoaderSetting setting;
    final Map<Integer, List<PipelineRow.Round>> rounds = new TreeMap<>();
    final Map<Integer, Integer> images = new HashMap<>();
    PipelineRow.Checks checks = PipelineRow.Checks.none();
    Optional<Conversation> conversation = Optional.empty();
    Optional<String> error = Optional.empty();

    Runner(LoaderSetting setting) {
      this.setting = setting;
    }

    String name() {
      return setting.contender().label();
    }
  }

  @FunctionalInterface
  private interface Turn {
    void take(Runner runner, Conversation conversation)
        throws Failure, InterruptedException, IOException;
  }

  /**
   * Measures.
   *
   * @return a row for each contender and number of workers, also for those that fail
   * @throws IOException if files cannot be written here
   * @throws CorruptImageException if a photo is damaged
   */
  public List<PipelineRow> run(List<Contender> contenders, Photos photos)
      throws IOException, CorruptImageException, InterruptedException {
    List<Runner> runners = new ArrayList<>();
    if (contenders.contains(Contender.KITBAG_PACKED)) {
      photos.pack();
    }
    if (contenders.stream().anyMatch(Contender::isSharded)) {
      photos.shard();
    }
    Path sample = Files.createTempFile("kitbag-bench", ".rgb");
    try {
      ImageDataset data = ImageFolder.of(photos.train());
      int checked = Math.min(SAMPLE, photos.count());
      Work.Reference reference = Work.reference(data, checked, settings.size(), settings.seed());
      for (Contender contender : contenders) {
        Runner runner =
            new Runner(
                LoaderSetting.of(
                    contender, photos, settings.size(), settings.batch(), settings.seed()));
        runners.add(runner);
        prepare(runner, reference, sample);
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        for (Runner runner : runners) {
          round(runner, round);
        }
      }
      return rows(runners);
    } finally {
      Files.deleteIfExists(sample);
      for (Runner runner : runners) {
        if (runner.conversation.isPresent()) {
          runner.conversation.get().close();
        }
      }
    }
  }

  private void prepare(Runner runner, Work.Reference reference, Path sample)
      throws IOException, InterruptedException {
    String versions;
    try {
      Opened opened = processes.open(runner.setting, settings.timeout());
      runner.conversation = Optional.of(opened.conversation());
      versions = opened.versions();
    } catch (Failure e) {
      fail(runner, e);
      return;
    }
    attempt(
        runner,
        (who, conversation) -> {
          conversation.ask(Question.sample(who.setting, reference.changes(), sample.toString()));
          OptionalDouble difference =
              OptionalDouble.of(difference(reference.pixelsNchw(), Files.readAllBytes(sample)));
          who.checks = new PipelineRow.Checks(difference, OptionalLong.empty(), versions);
          warmUp(who, conversation);
          if (!who.setting.contender().isPython()) {
            int images = Math.max(4 * HeapCount.SETTLED, settings.batch());
            long bytes = conversation.ask(Question.allocation(who.setting, images)).bytes();
            who.checks = new PipelineRow.Checks(difference, OptionalLong.of(bytes), versions);
          }
        });
  }

  /** Loads more and more until the time is up, and finds out how many images make a round. */
  private void warmUp(Runner runner, Conversation conversation)
      throws Failure, InterruptedException {
    for (int workers : settings.workers()) {
      int unit = settings.batch() * workers;
      int images = LEAST_BATCHES * unit;
      double total = 0;
      double rate;
      do {
        Answer answer = conversation.ask(Question.load(runner.setting, workers, images));
        total += answer.seconds();
        rate = images / answer.seconds();
        images =
            unit * (int) Math.max(LEAST_BATCHES, Math.ceil(rate * settings.roundSeconds() / unit));
      } while (total < settings.warmupSeconds());
      runner.images.put(workers, images);
      // Once more at its size, for memory that is kept.
      conversation.ask(Question.load(runner.setting, workers, images));
      progress.accept(
          "%s, %s: %d images a round"
              .formatted(runner.name(), PipelineTable.workers(workers), images));
    }
  }

  private void round(Runner runner, int round) throws IOException, InterruptedException {
    attempt(
        runner,
        (who, conversation) -> {
          for (int workers : settings.workers()) {
            int images = who.images.get(workers);
            Answer answer = conversation.ask(Question.load(who.setting, workers, images));
            PipelineRow.Round measured =
                new PipelineRow.Round(images, answer.seconds(), answer.cpuSeconds());
            who.rounds.computeIfAbsent(workers, key -> new ArrayList<>()).add(measured);
            progress.accept(
                String.format(
                    Locale.ROOT,
                    "round %d/%d  %s, %s: %.0f images/s",
                    round,
                    settings.rounds(),
                    who.name(),
                    PipelineTable.workers(workers),
                    measured.rate()));
          }
        });
  }

  private void attempt(Runner runner, Turn turn) throws IOException, InterruptedException {
    if (runner.error.isPresent() || runner.conversation.isEmpty()) {
      return;
    }
    try {
      turn.take(runner, runner.conversation.get());
    } catch (Failure e) {
      fail(runner, e);
    }
  }

  private void fail(Runner runner, Failure failure) {
    runner.error = Optional.of(String.valueOf(failure.getMessage()));
    progress.accept(runner.name() + " failed: " + failure.getMessage());
  }

  private List<PipelineRow> rows(List<Runner> runners) {
    List<PipelineRow> rows = new ArrayList<>();
    for (Runner runner : runners) {
      for (int workers : settings.workers()) {
        rows.add(
            new PipelineRow(
                runner.setting.contender(),
                workers,
                runner.rounds.getOrDefault(workers, List.of()),
                runner.checks,
                runner.error));
      }
    }
    return rows;
  }

  /** Mean absolute difference, in levels. */
  static double difference(byte[] expected, byte[] actual) throws Failure {
    if (actual.length != expected.length) {
      throw new Failure(
          "its sample has %d bytes, not %d".formatted(actual.length, expected.length));
    }
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
    }
    return (double) sum / expected.length;
  }
}
