package io.kitbag.augment;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, made ahead by worker threads and handed out in order.
 *
 * <p>Each worker makes whole batches. At most {@code prefetch} batches are being made or wait to be
 * taken; batches the consumer still holds do not count, so holding any number of them cannot stop
 * the workers. What a worker throws reaches the consumer at the batch that it concerns.
 *
 * <p>For one consumer thread. Close it, also after an early end or an error: this stops the workers
 * and returns the buffers of batches that were not taken. Batches that were taken stay valid.
 */
public final class EpochBatches implements Iterator<ImageBatch>, AutoCloseable {
  private final Pipeline pipeline;
  private final int epoch;
  private final int[] order;
  private final int[] repeats;
  private final int end;
  private final Thread[] workers;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomAhead = lock.newCondition();
  private final Condition batchReady = lock.newCondition();
  private final @Nullable Outcome[] ready;
  private int nextToMake;
  private int nextToTake;
  private volatile boolean closed;
  private long waitNanos;

  /** A made batch, or why there is none. */
  private record Outcome(@Nullable ImageBatch batch, @Nullable Throwable failure) {}

  EpochBatches(Pipeline pipeline, int epoch, int firstBatch) {
    this.pipeline = pipeline;
    this.epoch = epoch;
    this.order = pipeline.order(epoch);
    this.repeats = repeats(order, pipeline.dataset().size());
    this.end = pipeline.batchesPerEpoch();
    this.nextToMake = firstBatch;
    this.nextToTake = firstBatch;
    this.ready = new Outcome[pipeline.prefetch()];
    this.workers = new Thread[Math.min(pipeline.workers(), end - firstBatch)];
  }

  /** Starts the workers; apart from the constructor so that they see a finished object. */
  EpochBatches start() {
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Thread(this::work, "kitbag-images-" + i);
      workers[i].setDaemon(true);
      workers[i].start();
    }
    return this;
  }

  /** Tells whether batches are left; always false after close. */
  @Override
  public boolean hasNext() {
    return !closed && nextToTake < end;
  }

  /**
   * Returns the next batch, waiting for it if need be; the caller closes it.
   *
   * @throws io.kitbag.augment.data.DatasetException if the data cannot be used: an image is corrupt
   *     and the policy is to fail, sizes differ within the batch, or no image of it can be read
   * @throws IllegalStateException if reading or a transform failed otherwise, or the thread was
   *     interrupted
   */
  @Override
  public ImageBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("epoch " + epoch + " has no batch left");
    }
    Outcome outcome = take();
    if (outcome.batch != null) {
      return outcome.batch;
    }
    close();
    if (outcome.failure instanceof RuntimeException failure) {
      throw failure;
    }
    if (outcome.failure instanceof Error failure) {
      throw failure;
    }
    throw new IllegalStateException("a worker gave up", outcome.failure);
  }

  /** Returns the number of the batch that {@link #next()} returns. */
  public int position() {
    return nextToTake;
  }

  /** Returns how many nanoseconds {@link #next()} has waited for workers so far. */
  public long waitNanos() {
    return waitNanos;
  }

  /** Stops the workers and waits for them; returns the buffers of batches that were not taken. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      roomAhead.signalAll();
    } finally {
      lock.unlock();
    }
    joinWorkers();
    for (int i = 0; i < ready.length; i++) {
      Outcome outcome = ready[i];
      ready[i] = null;
      if (outcome != null && outcome.batch != null) {
        outcome.batch.close();
      }
    }
  }

  private Outcome take() {
    lock.lock();
    try {
      int slot = nextToTake % ready.length;
      if (ready[slot] == null) {
        long start = System.nanoTime();
        while (ready[slot] == null) {
          batchReady.await();
        }
        waitNanos += System.nanoTime() - start;
      }
      Outcome outcome = ready[slot];
      ready[slot] = null;
      nextToTake++;
      roomAhead.signalAll();
      return outcome;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for batch " + nextToTake, e);
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    BatchMaker maker = null;
    for (int number = claim(); number >= 0; number = claim()) {
      Outcome outcome;
      try {
        // In here, as its scratch memory may be too large: somebody waits for an outcome.
        maker = maker == null ? new BatchMaker(pipeline, epoch) : maker;
        outcome = new Outcome(make(maker, number), null);
      } catch (RuntimeException | Error e) {
        outcome = new Outcome(null, e);
      }
      deliver(number, outcome);
    }
  }

  /** Returns the number of the next batch to make once there is room for it, or -1 at the end. */
  private int claim() {
    lock.lock();
    try {
      while (!closed && nextToMake < end && nextToMake >= nextToTake + ready.length) {
        roomAhead.awaitUninterruptibly();
      }
      return closed || nextToMake >= end ? -1 : nextToMake++;
    } finally {
      lock.unlock();
    }
  }

  private void deliver(int number, Outcome outcome) {
    lock.lock();
    try {
      ready[number % ready.length] = outcome;
      batchReady.signal();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable ImageBatch make(BatchMaker maker, int number) {
    int from = number * pipeline.batchSize();
    int to = Math.min(order.length, from + pipeline.batchSize());
    return maker.make(
        number,
        Arrays.copyOfRange(order, from, to),
        Arrays.copyOfRange(repeats, from, to),
        () -> closed);
  }

  /** For each place in the order how often its image came before. */
  private static int[] repeats(int[] order, int images) {
    int[] seen = new int[images];
    int[] repeats = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      repeats[i] = seen[order[i]]++;
    }
    return repeats;
  }

  private void joinWorkers() {
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (true) {
        try {
          worker.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
