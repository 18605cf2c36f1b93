package io.kitbag.models.weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A fingerprint of named tensors: two sets are equal when it is. */
public final class WeightsDigest {

  private WeightsDigest() {}

  /**
   * SHA-256, in lower-case hex, over the tensors in the order of their names: each as name, element
   * type, shape and bytes, the first two preceded by their length and the shape by its rank.
   */
  public static String sha256(Map<String, HostTensor> tensors) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              text(digest, name);
              text(digest, ElementTypes.name(tensor.type()));
              number(digest, tensor.shape().size());
              tensor.shape().forEach(size -> number(digest, size));
              digest.update(tensor.data());
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void text(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(digest, utf8.length);
    digest.update(utf8);
  }

  private static void number(MessageDigest digest, int value) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value));
  }
}
