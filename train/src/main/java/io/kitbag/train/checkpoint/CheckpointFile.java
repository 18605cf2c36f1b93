package io.kitbag.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.models.weights.WeightsException;
import io.kitbag.train.internal.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One checkpoint as one safetensors file.
 *
 * <p>The weights have their own names, other tensors the prefix {@code state:}. The header's
 * metadata holds the {@link CheckpointMetadata} as JSON, the version of this layout and a SHA-256
 * over names, types, shapes and bytes of all tensors and over the JSON.
 */
final class CheckpointFile {
  private static final String STATE_PREFIX = "state:";
  private static final String FORMAT_KEY = "kitbag.checkpoint";
  private static final String FORMAT = "1";
  private static final String METADATA_KEY = "kitbag.metadata";
  private static final String DIGEST_KEY = "kitbag.sha256";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CheckpointFile() {}

  /** Creates or replaces {@code file}, atomically and durably. */
  static void write(Path file, Checkpoint checkpoint) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>(checkpoint.weights());
    checkpoint.state().forEach((name, tensor) -> tensors.put(STATE_PREFIX + name, tensor));
    if (tensors.size() != checkpoint.weights().size() + checkpoint.state().size()) {
      throw new IllegalArgumentException("a weight's name begins with " + STATE_PREFIX);
    }
    String metadata;
    try {
      metadata = JSON.writeValueAsString(checkpoint.metadata());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the metadata cannot be written as JSON", e);
    }
    Map<String, String> header =
        Map.of(FORMAT_KEY, FORMAT, METADATA_KEY, metadata, DIGEST_KEY, digest(tensors, metadata));
    AtomicFile.write(file, out -> Safetensors.write(out, tensors, header));
  }

  /**
   * Reads and verifies {@code file}.
   *
   * @throws CheckpointException if it is not exactly what {@link #write} wrote
   */
  static Checkpoint read(Path file) {
    Safetensors content;
    try {
      content = Safetensors.read(file);
    } catch (WeightsException e) {
      throw new CheckpointException(e.getMessage() + "; choose another checkpoint", e);
    }
    String format = content.metadata().get(FORMAT_KEY);
    String metadata = content.metadata().get(METADATA_KEY);
    if (format == null || metadata == null) {
      throw new CheckpointException(file, "has tensors, but is not a Kitbag checkpoint");
    }
    if (!format.equals(FORMAT)) {
      throw new CheckpointException(
          file, "has checkpoint format " + format + "; this Kitbag reads " + FORMAT);
    }
    if (!digest(content.tensors(), metadata).equals(content.metadata().get(DIGEST_KEY))) {
      throw new CheckpointException(
          file, "is damaged: its checksum does not match; choose another checkpoint");
    }
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    Map<String, HostTensor> state = new LinkedHashMap<>();
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(STATE_PREFIX)) {
                state.put(name.substring(STATE_PREFIX.length()), tensor);
              } else {
                weights.put(name, tensor);
              }
            });
    try {
      return new Checkpoint(JSON.readValue(metadata, CheckpointMetadata.class), weights, state);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file + ": has metadata that cannot be read", e);
    }
  }

  /** Whether tensors of a file show that it is a checkpoint: more than weights. */
  static boolean hasState(Map<String, HostTensor> tensors) {
    return tensors.keySet().stream().anyMatch(name -> name.startsWith(STATE_PREFIX));
  }

  private static String digest(Map<String, HostTensor> tensors, String metadata) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(WeightsDigest.sha256(tensors).getBytes(StandardCharsets.UTF_8));
      sha256.update(metadata.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
