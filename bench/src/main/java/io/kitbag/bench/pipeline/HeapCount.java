package io.kitbag.bench.pipeline;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Counts what threads allocate per image. A thread calls {@link #image} at each image; its first
 * ones, when its scratch memory grows, do not count. Thread-safe.
 */
final class HeapCount {
  /** Images after which a thread's memory has grown to its size. */
  static final int SETTLED = 256;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ThreadLocal<Tally> tally = ThreadLocal.withInitial(this::newTally);
  private final Queue<Tally> tallies = new ConcurrentLinkedQueue<>();

  private static final class Tally {
    private int images;
    private long first;
    private long last;
  }

  private Tally newTally() {
    Tally own = new Tally();
    tallies.add(own);
    return own;
  }

  /** Notes that this thread begins its next image. */
  void image() {
    Tally own = tally.get();
    own.last = threads.getCurrentThreadAllocatedBytes();
    if (own.images++ == SETTLED) {
      own.first = own.last;
    }
  }

  /** Returns bytes per image, once the threads have ended or stand still. */
  long bytesPerImage() {
    long bytes = 0;
    long images = 0;
    for (Tally each : tallies) {
      if (each.images > SETTLED + 1) {
        bytes += each.last - each.first;
        images += each.images - SETTLED - 1;
      }
    }
    if (images == 0) {
      throw new IllegalStateException("no thread loaded more than " + SETTLED + " images");
    }
    return bytes / images;
  }
}
