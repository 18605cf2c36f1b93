package io.kitbag.augment;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Direct buffers that batches borrow and give back.
 *
 * <p>A buffer is made when none is free, so nobody ever waits here and a consumer may hold as many
 * batches as it likes; how many are made ahead is limited by {@link EpochBatches}. No more than
 * {@code keep} free buffers are kept, the rest is left to the garbage collector. Thread-safe.
 */
final class BufferPool {
  private final int keep;
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int borrowed;

  BufferPool(int keep) {
    this.keep = keep;
  }

  /** Returns a buffer of at least {@code capacity} bytes with undefined contents. */
  ByteBuffer borrow(int capacity) {
    synchronized (this) {
      ByteBuffer buffer = free.poll();
      while (buffer != null && buffer.capacity() < capacity) {
        buffer = free.poll();
      }
      borrowed++;
      if (buffer != null) {
        return buffer;
      }
    }
    try {
      return ByteBuffer.allocateDirect(capacity);
    } catch (OutOfMemoryError e) {
      synchronized (this) {
        borrowed--;
      }
      throw e;
    }
  }

  synchronized void giveBack(ByteBuffer buffer) {
    borrowed--;
    if (free.size() < keep) {
      free.push(buffer);
    }
  }

  synchronized int borrowed() {
    return borrowed;
  }
}
