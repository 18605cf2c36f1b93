package io.kitbag.augment.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the images of a tar file are, and their labels as texts. */
final class ShardContents {
  private final Path tar;
  private final long[] offsets;
  private final int[] lengths;
  private final int[] labels;
  private final List<String> labelTexts;
  private final byte[] keys;
  private final int[] keyEnds;

  private ShardContents(Builder from) {
    this.tar = from.tar;
    this.offsets = Arrays.copyOf(from.offsets, from.size);
    this.lengths = Arrays.copyOf(from.lengths, from.size);
    this.labels = Arrays.copyOf(from.labels, from.size);
    this.labelTexts = List.copyOf(from.labelTexts.keySet());
    this.keys = Arrays.copyOf(from.keys, from.keyBytes);
    this.keyEnds = Arrays.copyOf(from.keyEnds, from.size);
  }

  Path tar() {
    return tar;
  }

  int size() {
    return offsets.length;
  }

  /** The first byte of an image in the tar file. */
  long offset(int image) {
    return offsets[image];
  }

  int length(int image) {
    return lengths[image];
  }

  /** The name of a sample: its members' names without their extensions. */
  String key(int image) {
    int from = image == 0 ? 0 : keyEnds[image - 1];
    return new String(keys, from, keyEnds[image] - from, StandardCharsets.UTF_8);
  }

  /** The place of an image's label in {@link #labelTexts}. */
  int label(int image) {
    return labels[image];
  }

  /** The distinct labels in the order in which they come. */
  List<String> labelTexts() {
    return labelTexts;
  }

  /** Collects images; names are kept as bytes because a large data set has millions. */
  static final class Builder {
    private final Path tar;
    private final Map<String, Integer> labelTexts = new LinkedHashMap<>();
    private long[] offsets = new long[1024];
    private int[] lengths = new int[1024];
    private int[] labels = new int[1024];
    private int[] keyEnds = new int[1024];
    private byte[] keys = new byte[1 << 15];
    private int keyBytes;
    private int size;

    Builder(Path tar) {
      this.tar = tar;
    }

    void add(String key, String label, long offset, int length) {
      if (size == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * size);
        lengths = Arrays.copyOf(lengths, 2 * size);
        labels = Arrays.copyOf(labels, 2 * size);
        keyEnds = Arrays.copyOf(keyEnds, 2 * size);
      }
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      if (keyBytes + name.length > keys.length) {
        keys = Arrays.copyOf(keys, Math.max(2 * keys.length, keyBytes + name.length));
      }
      System.arraycopy(name, 0, keys, keyBytes, name.length);
      keyBytes += name.length;
      offsets[size] = offset;
      lengths[size] = length;
      labels[size] = labelTexts.computeIfAbsent(label, text -> labelTexts.size());
      keyEnds[size++] = keyBytes;
    }

    ShardContents build() {
      return new ShardContents(this);
    }
  }
}
