package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.peer.PeerInstaller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PeersInstallCommandTest {

  private final BenchCli bench = new BenchCli();
  @TempDir Path folder;

  /** A Python 3.10 whose pip installs all but FFCV. */
  private Path python() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("python"),
            """
            #!/bin/sh
            case "$*" in
              --version) echo Python 3.10.1 ;;
              "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
              *" ffcv") echo "RuntimeError: no OpenCV" && exit 1 ;;
            esac
            """);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void whatMayBeMissingIsNamedWithTheReasonAndFailsNothing() throws Exception {
    Path peers = folder.resolve("peers");

    int exitCode = bench.run("peers-install", peers.toString(), "--python=" + python());

    assertThat(exitCode).as(bench.err()).isZero();
    assertThat(bench.out())
        .contains(
            "torch-2.0.1: " + peers.resolve("torch-2.0.1"),
            "torch-newest: " + peers.resolve("torch-newest"),
            "loaders/dali: " + peers.resolve("loaders/dali"),
            "loaders/ffcv has no ffcv: RuntimeError: no OpenCV");
  }

  @Test
  void anUnknownEnvironmentIsRefusedWithTheNamesOfAll() {
    assertThat(bench.run("peers-install", folder.toString(), "--only=tensorflow")).isEqualTo(2);
    for (PeerInstaller.Environment environment : PeerInstaller.ENVIRONMENTS) {
      assertThat(bench.err()).contains(environment.name());
    }
  }
}
