package io.kitbag.bench.child;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How to start a JVM that sees the same classes as this one.
 *
 * @param java the executable
 * @param modulePath if this program runs from modules
 * @param classPath may be empty
 * @param flags system properties and module options of this JVM; not its heap or agents
 */
public record JvmLaunch(
    Path java, Optional<String> modulePath, String classPath, List<String> flags) {

  private static final List<String> INHERITED =
      List.of("-D", "--add-", "--enable-native-access", "--sun-misc-");
  private static final List<String> SET_ANEW = List.of("-Djava.class.path=", "-Djdk.module.");

  public JvmLaunch {
    flags = List.copyOf(flags);
  }

  /** That of this JVM. */
  public static JvmLaunch likeThis() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    boolean named = JvmLaunch.class.getModule().isNamed();
    Optional<String> modulePath =
        named ? Optional.ofNullable(System.getProperty("jdk.module.path")) : Optional.empty();
    Stream<String> flags =
        Stream.concat(
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(JvmLaunch::isInherited),
                Stream.concat(offline().stream(), Stream.of(format())))
            .distinct();
    return new JvmLaunch(java, modulePath, System.getProperty("java.class.path"), flags.toList());
  }

  static boolean isInherited(String flag) {
    return INHERITED.stream().anyMatch(flag::startsWith)
        && SET_ANEW.stream().noneMatch(flag::startsWith);
  }

  /** The program writes numbers as those do that have no locale; so does what it starts. */
  private static String format() {
    return "-Duser.language.format=" + Locale.getDefault(Locale.Category.FORMAT).getLanguage();
  }

  /** The program may have set this one itself. */
  private static Optional<String> offline() {
    String name = "ai.djl.offline";
    return Optional.ofNullable(System.getProperty(name)).map(value -> "-D" + name + "=" + value);
  }

  /**
   * The command that runs {@code main}, a class of this module. The serial collector and a small
   * first heap keep Java's share of the memory low and add no threads to those measured.
   */
  public List<String> command(Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xms16m"));
    command.addAll(flags);
    if (!classPath.isEmpty()) {
      command.addAll(List.of("-cp", classPath));
    }
    modulePath.ifPresentOrElse(
        path ->
            command.addAll(
                List.of(
                    "-p",
                    path,
                    "--add-modules",
                    "ALL-MODULE-PATH",
                    "-m",
                    "io.kitbag.bench/" + main.getName())),
        () -> command.add(main.getName()));
    return command;
  }

  /**
   * A JVM that runs {@code main}; it chooses its allocator itself, whatever this process was
   * started with.
   */
  public ChildProcess child(Class<?> main, Duration timeout) {
    return new ChildProcess("the child JVM", command(main), timeout);
  }
}
