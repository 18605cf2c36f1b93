package io.kitbag.train.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a run was when it was saved, and what it is.
 *
 * @param epoch completed epochs, that is the index of the one to go on in
 * @param batchInEpoch batches of that epoch already used
 * @param globalStep optimizer steps taken since the start, skipped ones included
 * @param seed of the run
 * @param model name of the network
 * @param classes names of the classes, in the order of the network's outputs
 * @param weightsSha256 the digest of the weights ({@link
 *     io.kitbag.models.weights.WeightsDigest#sha256})
 * @param recipe the resolved recipe, YAML
 * @param numbers the numbers among the state, such as the loss scale and totals of meters; whole
 *     numbers are exact up to 2^53
 * @param versions of Kitbag, the engine and the JDK that wrote it, and the digest of the teacher,
 *     if there is one
 */
public record CheckpointMetadata(
    int epoch,
    int batchInEpoch,
    long globalStep,
    long seed,
    String model,
    List<String> classes,
    String weightsSha256,
    String recipe,
    Map<String, Double> numbers,
    Map<String, String> versions) {

  /** Checks that the position is one, and copies. */
  public CheckpointMetadata {
    if (epoch < 0 || batchInEpoch < 0 || globalStep < 0) {
      throw new IllegalArgumentException(
          "epoch %d, batch %d, step %d: none may be negative"
              .formatted(epoch, batchInEpoch, globalStep));
    }
    classes = List.copyOf(classes);
    numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
  }
}
