package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StopSignalsTest {

  @Test
  void firstSignalAsksAndTheSecondEndsAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch halted = new CountDownLatch(1);
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicInteger status = new AtomicInteger();
    try (StopSignals signals =
        StopSignals.listen(
            acknowledged::incrementAndGet,
            code -> {
              status.set(code);
              halted.countDown();
            })) {
      signals.request(asked::countDown);
      assertThat(signals.received()).isFalse();
      raise("TERM");
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(signals.received()).isTrue();
      // Not INT, which a shell without job control makes its background jobs ignore.
      raise("TERM");
      assertThat(halted.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(acknowledged).hasValue(1);
    assertThat(status).hasValue(130);
  }

  @Test
  void keepsASignalForTheRequestThatComesLater() throws Exception {
    CountDownLatch acknowledged = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (StopSignals signals = StopSignals.listen(acknowledged::countDown, code -> {})) {
      raise("TERM");
      assertThat(acknowledged.await(20, TimeUnit.SECONDS)).isTrue();
      signals.request(asked::incrementAndGet);
    }
    assertThat(asked).hasValue(1);
  }

  private static void raise(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance(name));
  }
}
