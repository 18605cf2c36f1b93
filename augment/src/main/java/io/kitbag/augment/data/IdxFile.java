package io.kitbag.augment.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An IDX file of bytes: {@code 0 0 8 rank}, then the dimensions as big-endian int32, then the
 * values (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
 */
final class IdxFile {
  private static final int UNSIGNED_BYTES = 0x0800;

  private final int[] dimensions;
  private final byte[] values;

  private IdxFile(int[] dimensions, byte[] values) {
    this.dimensions = dimensions;
    this.values = values;
  }

  /**
   * Reads a file, through gzip if its name says so.
   *
   * @throws DatasetException if it is missing, truncated, or not of so many dimensions of bytes
   */
  static IdxFile read(Path file, int rank) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in =
            new DataInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw)) {
      int magic = in.readInt();
      if (magic != (UNSIGNED_BYTES | rank)) {
        throw new DatasetException(
            "%s is no IDX file of bytes in %d dimensions: it starts with %08x instead of %08x"
                .formatted(file, rank, magic, UNSIGNED_BYTES | rank));
      }
      int[] dimensions = new int[rank];
      long size = 1;
      for (int i = 0; i < rank; i++) {
        dimensions[i] = in.readInt();
        size = dimensions[i] < 1 ? -1 : size * dimensions[i];
        if (size < 0 || size > Integer.MAX_VALUE) {
          throw new DatasetException(
              file + " is damaged: its dimensions begin with " + Arrays.toString(dimensions));
        }
      }
      // Not allocated at once: a forged header must not be able to ask for 2 GiB.
      byte[] values = in.readNBytes((int) size);
      if (values.length < size || in.read() >= 0) {
        throw new DatasetException(
            "%s is damaged: %s values were announced but there are %s"
                .formatted(file, size, values.length < size ? values.length : "more"));
      }
      return new IdxFile(dimensions, values);
    } catch (NoSuchFileException e) {
      throw new DatasetException(file + " is missing; it belongs to the images beside it", e);
    } catch (EOFException e) {
      throw new DatasetException(file + " is truncated", e);
    } catch (IOException e) {
      throw new DatasetException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  int dimension(int axis) {
    return dimensions[axis];
  }

  /** The value at a place in row-major order, 0-255. */
  int value(long place) {
    return values[(int) place] & 0xff;
  }
}
