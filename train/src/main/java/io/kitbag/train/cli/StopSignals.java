package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * SIGINT and SIGTERM as a request to stop while this is open; the second one ends the process at
 * once.
 *
 * <p>A shutdown hook would not do: in it the virtual machine is already going down, other hooks run
 * beside it, and a second signal has no effect. {@code sun.misc.Signal} is what the JDK offers
 * instead; the compiler warns at each use of it, and can only be kept quiet by reflection. A signal
 * that was ignored when the process started, as under {@code nohup}, stays ignored.
 */
final class StopSignals implements AutoCloseable {
  private static final List<String> NAMES = List.of("INT", "TERM");

  private final Runnable onFirst;
  private final IntConsumer halt;
  private final Map<Object, Object> previousHandlers = new LinkedHashMap<>();
  private @Nullable Runnable request;
  private boolean received;

  private StopSignals(Runnable onFirst, IntConsumer halt) {
    this.onFirst = onFirst;
    this.halt = halt;
  }

  /**
   * Listens from now on.
   *
   * @param err where the user is told that the first signal was understood
   */
  static StopSignals listen(PrintWriter err) {
    return listen(
        () ->
            err.println(
                "\nstopping after this step, with a checkpoint; a second signal ends at once"),
        Runtime.getRuntime()::halt);
  }

  /** {@code halt} ends the process with a status, at once. */
  static StopSignals listen(Runnable onFirst, IntConsumer halt) {
    StopSignals signals = new StopSignals(onFirst, halt);
    try {
      signals.install();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java has no sun.misc.Signal", e);
    }
    return signals;
  }

  /** What a signal asks for; runs at once if one has come already. */
  synchronized void request(Runnable stop) {
    request = stop;
    if (received) {
      stop.run();
    }
  }

  /** Whether a signal has come. */
  synchronized boolean received() {
    return received;
  }

  private synchronized void signalled() {
    if (received) {
      halt.accept(ExitCode.STOPPED.code());
      return;
    }
    received = true;
    onFirst.run();
    if (request != null) {
      request.run();
    }
  }

  private void install() throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    InvocationHandler body =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                signalled();
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "StopSignals";
            };
    Object ours =
        Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler}, body);
    for (String name : NAMES) {
      Object one = signal.getConstructor(String.class).newInstance(name);
      previousHandlers.put(one, handle(one, ours));
    }
  }

  private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
    Method handle =
        signal
            .getClass()
            .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"));
    return handle.invoke(null, signal, handler);
  }

  /** Gives the signals back to whom they belonged. */
  @Override
  public void close() {
    previousHandlers.forEach(
        (signal, handler) -> {
          try {
            handle(signal, handler);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a handler that was there could not be put back", e);
          }
        });
  }
}
