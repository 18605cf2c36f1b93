package io.kitbag.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kitbag.bench.child.ChildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PythonTest {

  private static final String TORCH =
      "{\"versions\":{\"python\":\"3.10.13\",\"torch\":\"2.0.1+cpu\",\"timm\":\"1.0.31\"}}";

  private final PeerPrograms programs = PeerPrograms.unpack();
  @TempDir Path folder;

  @AfterEach
  void deleteThePrograms() {
    programs.close();
  }

  @Test
  void unpacksEveryProgramAndDeletesThemAgain() throws IOException {
    List<String> sources;
    try (Stream<Path> files = Files.list(Path.of("peers"))) {
      sources =
          files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".py")).toList();
    }
    assertThat(PeerPrograms.FILES).containsExactlyInAnyOrderElementsOf(sources);
    Path step = programs.file("step.py");
    assertThat(step).hasSameTextualContentAs(Path.of("peers", "step.py"));

    programs.close();
    assertThat(step.getParent()).doesNotExist();
  }

  @Test
  void isCalledByTheVersionOfItsTorch() throws Exception {
    Path script = FakePython.answering(folder, TORCH, "");

    List<Python> pythons = Python.probe(List.of(script, script), programs);

    assertThat(pythons).extracting(Python::label).containsExactly("2.0.1", "2.0.1-2");
    assertThat(pythons.get(0).executable()).isEqualTo(script);
    assertThat(pythons.get(0).versions()).containsEntry("timm", "1.0.31");
    assertThat(pythons.get(0).problem()).isEmpty();
  }

  @Test
  void aVirtualEnvironmentIsAsGoodAsItsExecutable() throws Exception {
    Path home = folder.resolve("venv");
    Files.createDirectories(home.resolve("bin"));
    Files.move(FakePython.answering(folder, TORCH, ""), home.resolve("bin").resolve("python"));

    assertThat(Python.probe(List.of(home), programs).get(0).label()).isEqualTo("2.0.1");
    assertThat(new PeerFolder(folder).pythons()).containsExactly(home.resolve("bin/python"));
    assertThat(new PeerFolder(home).pythons()).containsExactly(Path.of("python3"));
  }

  @Test
  void whatCannotBeUsedSaysWhy() throws Exception {
    Path bare = FakePython.answering(folder, "{\"versions\":{\"python\":\"3.12.1\"}}", "");
    Path absent = folder.resolve("absent");

    List<Python> pythons = Python.probe(List.of(bare, absent), programs);

    assertThat(pythons.get(0).problem().orElseThrow()).contains("has no PyTorch");
    assertThat(pythons.get(1).problem().orElseThrow()).contains(absent + " cannot be started");
  }

  /** The programs themselves, in a real Python if there is one. */
  @Test
  void aRealPythonAnswersOrSaysWhatIsWrong() throws Exception {
    Path python = Path.of("python3");
    Python probed = Python.probe(List.of(python), programs).get(0);
    assumeThat(probed.problem().orElse("")).doesNotContain("cannot be started");

    Map<?, ?> answer =
        programs
            .process(python, "versions.py", Duration.ofMinutes(1))
            .ask(Map.of("packages", List.of("no-such-package")), Map.class);
    assertThat(((Map<?, ?>) answer.get("versions")).keySet().toString()).isEqualTo("[python]");

    Map<?, ?> wrong =
        programs.process(python, "versions.py", Duration.ofMinutes(1)).ask(Map.of(), Map.class);
    assertThat(wrong.get("error")).isEqualTo("KeyError: 'packages'");
  }

  /** All that the programs need of a Python without PyTorch is that it can read them. */
  @Test
  void everyProgramCanBeParsed() throws Exception {
    Path check =
        Files.writeString(
            programs.file("parse.py"),
            """
            import ast, json, pathlib, sys
            for file in json.loads(sys.stdin.readline()):
                ast.parse((pathlib.Path(__file__).parent / file).read_text(), file)
            print("[]")
            """);
    assertThat(check).exists();
    try {
      assertThat(
              programs
                  .process(Path.of("python3"), "parse.py", Duration.ofMinutes(1))
                  .ask(PeerPrograms.FILES, String[].class))
          .isEmpty();
    } catch (ChildException e) {
      assumeThat(e.getMessage()).as("there is a python3").doesNotContain("cannot be started");
      throw e;
    }
  }
}
