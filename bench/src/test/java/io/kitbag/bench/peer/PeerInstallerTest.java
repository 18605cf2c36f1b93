package io.kitbag.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.peer.PeerInstaller.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PeerInstallerTest {

  private static final Environment OLD =
      new Environment("old", List.of(10, 11), List.of("torch==2.0.1", "numpy<2"));

  private final List<String> told = new ArrayList<>();
  @TempDir Path folder;

  /** A Python 3 whose venv module copies it, and whose pip says what it is asked to install. */
  private Path base(int minor) throws IOException {
    Path script = folder.resolve("base-" + minor);
    Files.writeString(
        script,
        """
        #!/bin/sh
        case "$*" in
          --version) echo Python 3.%d.1 ;;
          "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
          *absent*) echo no such package && exit 1 ;;
          *) echo "asked: $*" ;;
        esac
        """
            .formatted(minor));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private PeerInstaller installer(Path... bases) {
    return new PeerInstaller(List.of(bases), List.of("--quiet"), told::add);
  }

  @Test
  void makesAnEnvironmentFromTheBestPython() throws Exception {
    Path home = folder.resolve("peers");

    assertThat(installer(base(12), base(11), base(10)).install(OLD, home)).isEmpty();

    assertThat(home.resolve("old/bin/python")).exists();
    assertThat(told).first().isEqualTo(base(10) + " -m venv " + home.resolve("old"));
    assertThat(told)
        .contains("asked: -m pip install --disable-pip-version-check --quiet torch==2.0.1 numpy<2");
    assertThat(new PeerFolder(home).pythons()).containsExactly(home.resolve("old/bin/python"));
  }

  @Test
  void saysWhichPythonIsMissing() throws Exception {
    assertThat(installer(base(12)).install(OLD, folder))
        .hasValue("needs Python 3.10, 3.11; name one with --python");
  }

  @Test
  void saysWhatPipCouldNotInstall() throws Exception {
    Environment absent = new Environment("none", List.of(10), List.of("absent"));

    assertThat(installer(base(10)).install(absent, folder)).hasValue("pip cannot install absent");
    assertThat(told).contains("no such package");
  }
}
