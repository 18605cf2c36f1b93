package io.kitbag.bench.step;

import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.precision.Normalization;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures PyTorch's own step, each configuration in a Python process of its own. It starts from
 * the weights and the batch that Kitbag's configurations start from, handed over in a file.
 */
public final class TorchPeer implements StepRunner {

  private static final String PROGRAM = "step.py";

  private final PeerPrograms programs;
  private final List<Python> pythons;
  private final Map<String, String> variables;
  private final Duration timeout;
  private final Map<String, Path> files = new HashMap<>();

  /**
   * Peers in some Pythons, which {@link StepSpec#python} names by their labels.
   *
   * @param programs stays open as long as this is used
   * @param variables of the environment of each process
   * @param timeout after which a process is killed
   */
  public TorchPeer(
      PeerPrograms programs,
      List<Python> pythons,
      Map<String, String> variables,
      Duration timeout) {
    this.programs = programs;
    this.pythons = List.copyOf(pythons);
    this.variables = Map.copyOf(variables);
    this.timeout = timeout;
  }

  record Question(
      StepSpec spec,
      StepSettings settings,
      String tensors,
      List<Double> mean,
      List<Double> std,
      double learningRate,
      double momentum,
      double weightDecay) {}

  record Answer(@Nullable Measured measurement, @Nullable String error) {}

  record Measured(
      List<StepSample> samples,
      double cpuMs,
      double loss,
      double nextLoss,
      Map<String, Double> operators,
      long peakMemoryKiB,
      @Nullable String numerics,
      String engine) {

    StepMeasurement with(Allocator malloc) {
      return new StepMeasurement(
          samples,
          cpuMs,
          loss,
          nextLoss,
          StepProfile.of(operators),
          peakMemoryKiB,
          false,
          malloc,
          "",
          engine,
          numerics);
    }
  }

  @Override
  public ChildReply run(ChildRequest request) throws InterruptedException {
    StepSpec spec = request.spec();
    try {
      Python python = Python.usable(spec.python(), pythons);
      Answer answer =
          programs
              .process(python, PROGRAM, timeout)
              .with(spec.malloc().variables())
              .with(variables)
              .ask(question(spec, request.settings()), Answer.class);
      return answer.measurement() != null
          ? ChildReply.of(answer.measurement().with(spec.malloc()))
          : ChildReply.failed(String.valueOf(answer.error()));
    } catch (ChildException e) {
      return ChildReply.failed(e.getMessage());
    }
  }

  private Question question(StepSpec spec, StepSettings settings) {
    Normalization normalization = Normalization.imageNet();
    return new Question(
        spec,
        settings,
        tensors(spec, settings).toString(),
        normalization.mean(),
        normalization.std(),
        Step.LEARNING_RATE_PER_IMAGE * spec.batch(),
        Update.MOMENTUM,
        Update.WEIGHT_DECAY);
  }

  /** The file with the network's first weights, {@code images} (uint8) and {@code labels}. */
  private Path tensors(StepSpec spec, StepSettings settings) {
    String work =
        "%s-%d-%d-%d-%d.safetensors"
            .formatted(
                spec.model(), spec.classes(), spec.imageSize(), spec.batch(), settings.seed());
    return files.computeIfAbsent(work, name -> write(programs.file(name), spec, settings.seed()));
  }

  private static Path write(Path file, StepSpec spec, long seed) {
    Network network = Step.network(spec);
    Map<String, HostTensor> tensors =
        new LinkedHashMap<>(Init.XAVIER_UNIFORM.values(network, seed));
    tensors.putAll(
        new SyntheticBatch(spec.batch(), spec.imageSize(), spec.classes(), seed).tensors());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Safetensors.write(out, tensors, Map.of("network", network.name()));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file), e);
    }
    return file;
  }
}
