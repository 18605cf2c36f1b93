package io.kitbag.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.peer.PeerInstaller.Environment;
import io.kitbag.bench.peer.PeerInstaller.Extra;
import io.kitbag.bench.peer.PeerInstaller.Outcome;
import io.kitbag.bench.pipeline.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PeerInstallerTest {

  private static final Environment OLD =
      new Environment("old", List.of(10, 11), List.of("torch==2.0.1", "numpy<2"), List.of());

  /** The fake pip knows no package of that name. */
  private static final Extra ABSENT = new Extra("fast", List.of("absent"));

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
          *absent*) echo "ERROR: no such package" && exit 1 ;;
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

    assertThat(installer(base(12), base(11), base(10)).install(OLD, home).problem()).isEmpty();

    assertThat(home.resolve("old/bin/python")).exists();
    assertThat(told).first().isEqualTo(base(10) + " -m venv " + home.resolve("old"));
    assertThat(told)
        .contains("asked: -m pip install --disable-pip-version-check --quiet torch==2.0.1 numpy<2");
    assertThat(new PeerFolder(home).pythons()).containsExactly(home.resolve("old/bin/python"));
  }

  @Test
  void saysWhichPythonIsMissing() throws Exception {
    assertThat(installer(base(12)).install(OLD, folder).problem())
        .hasValue("needs Python 3.10, 3.11; name one with --python");
  }

  @Test
  void saysWhatPipCouldNotInstall() throws Exception {
    Environment absent = new Environment("none", List.of(10), List.of("absent"), List.of());

    assertThat(installer(base(10)).install(absent, folder).problem())
        .hasValue("pip cannot install absent: ERROR: no such package");
    assertThat(told).contains("ERROR: no such package");
  }

  @Test
  void anExtraThatCannotBeInstalledIsNamedAndNotedAndNoProblem() throws Exception {
    Extra other = new Extra("slow", List.of("there"));
    Environment some =
        new Environment("some", List.of(10), List.of("numpy"), List.of(ABSENT, other));

    Outcome outcome = installer(base(10)).install(some, folder);

    assertThat(outcome.problem()).isEmpty();
    assertThat(outcome.absent()).containsExactly(Map.entry("fast", "ERROR: no such package"));
    assertThat(told).contains("asked: -m pip install --disable-pip-version-check --quiet there");
    NotInstalled notes = NotInstalled.in(folder.resolve("some/bin/python"));
    assertThat(notes.reason("fast")).hasValue("ERROR: no such package");
    assertThat(notes.reason("slow")).isEmpty();
  }

  @Test
  void aNoteGoesOnceTheExtraIsInstalled() throws Exception {
    installer(base(10))
        .install(new Environment("some", List.of(10), List.of(), List.of(ABSENT)), folder);
    Environment repaired =
        new Environment(
            "some", List.of(10), List.of(), List.of(new Extra("fast", List.of("there"))));

    assertThat(installer(base(10)).install(repaired, folder).absent()).isEmpty();
    assertThat(NotInstalled.in(folder.resolve("some/bin/python")).reason("fast")).isEmpty();
  }

  @Test
  void anEnvironmentOfExtrasAloneMayBeMissing() throws Exception {
    Environment loader = new Environment("loaders/fast", List.of(10), List.of(), List.of(ABSENT));

    Outcome outcome = installer(base(12)).install(loader, folder);

    assertThat(outcome.problem()).isEmpty();
    assertThat(outcome.absent())
        .containsExactly(Map.entry("fast", "needs Python 3.10; name one with --python"));
    Path python = folder.resolve("loaders/fast/bin/python");
    assertThat(python).doesNotExist();
    assertThat(NotInstalled.in(python).reason("fast").orElseThrow()).contains("needs Python 3.10");
    assertThat(new PeerFolder(folder).loaders()).as("to say so").containsExactly(python);
    assertThat(new PeerFolder(folder).pythons()).containsExactly(Path.of("python3"));
  }

  @Test
  void stepsAreNotMeasuredWhereOnlyImagesAreLoaded() throws Exception {
    Environment loader =
        new Environment("loaders/x", List.of(10), List.of(), List.of(new Extra("x", List.of("x"))));
    PeerInstaller installer = installer(base(10));
    installer.install(OLD, folder);
    installer.install(loader, folder);

    PeerFolder peers = new PeerFolder(folder);
    assertThat(peers.pythons()).containsExactly(folder.resolve("old/bin/python"));
    assertThat(peers.loaders())
        .containsExactly(folder.resolve("old/bin/python"), folder.resolve("loaders/x/bin/python"));
  }

  @Test
  void everyExtraBelongsToARowOfThePipelineBench() {
    for (Environment environment : PeerInstaller.ENVIRONMENTS) {
      for (Extra extra : environment.extras()) {
        assertThat(Contender.of(extra.name()).isPython()).as(extra.name()).isTrue();
      }
    }
  }
}
