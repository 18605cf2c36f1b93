package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kitbag.bench.peer.FakePython;
import io.kitbag.bench.peer.PeerPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which Python a contender runs in, and what is said if there is none. */
@DisabledOnOs(OS.WINDOWS)
class LaunchTest {

  private static final LoaderSetting FFCV =
      new LoaderSetting(Contender.FFCV, "photos", "shards", "packed", 224, 32, 0);
  private static final String LACKS = "{\"error\":\"not installed: No module named X\"}";

  private final PeerPrograms programs = PeerPrograms.unpack();
  @TempDir Path folder;

  @AfterEach
  void deleteThePrograms() {
    programs.close();
  }

  private PipelineBench.Opened open(Path... pythons) throws Exception {
    return new Launch(programs, List.of(pythons), Map.of()).open(FFCV, Duration.ofMinutes(1));
  }

  private void fails(String message, Path... pythons) {
    assertThatExceptionOfType(Conversation.Failure.class)
        .isThrownBy(() -> open(pythons))
        .withMessage(message);
  }

  private Path answering(String answer) throws IOException {
    return FakePython.answering(folder, "", answer);
  }

  /** A virtual environment into which FFCV could not be installed. */
  private Path environmentWithNote(String reason, String answer) throws IOException {
    Path home = Files.createDirectories(folder.resolve("environment"));
    Files.createDirectories(home.resolve("bin"));
    Files.move(answering(answer), home.resolve("bin/python"));
    Files.createDirectories(home.resolve("not-installed"));
    Files.writeString(home.resolve("not-installed/ffcv.txt"), reason + "\n");
    return home;
  }

  @Test
  void runsInTheFirstPythonThatCan() throws Exception {
    Path absent = folder.resolve("absent");
    Path able = answering("{\"versions\":\"FFCV 1.0\"}");
    Path other = answering("{\"versions\":\"FFCV 2.0\"}");

    PipelineBench.Opened opened = open(absent, answering(LACKS), able, other);

    assertThat(opened.versions()).isEqualTo("FFCV 1.0");
    assertThat(Files.readString(folder.resolve("question")))
        .contains("\"action\":\"OPEN\"", "\"contender\":\"FFCV\"", "\"shards\":\"shards\"");
    opened.conversation().close();
  }

  @Test
  void saysThatAPackageIsMissing() throws Exception {
    fails("not installed: No module named X", answering(LACKS), answering(LACKS));
  }

  @Test
  void aPackageThatDoesNotWorkIsSaidBeforeOnesThatAreMissing() throws Exception {
    Path broken = answering("{\"error\":\"ImportError: libGL.so.1: no such file\"}");
    fails("ImportError: libGL.so.1: no such file", answering(LACKS), broken, answering(LACKS));
  }

  @Test
  void whyItCouldNotBeInstalledIsSaidFirst() throws Exception {
    Path broken = answering("{\"error\":\"ImportError: libGL.so.1: no such file\"}");
    Path noted = environmentWithNote("RuntimeError: no OpenCV", LACKS);
    fails("not installed: RuntimeError: no OpenCV", answering(LACKS), broken, noted);
  }

  @Test
  void anOldNoteDoesNotKeepItFromRunning() throws Exception {
    Path noted = environmentWithNote("no OpenCV", "{\"versions\":\"FFCV 1.0\"}");
    PipelineBench.Opened opened = open(noted);
    assertThat(opened.versions()).isEqualTo("FFCV 1.0");
    opened.conversation().close();
  }

  /** The program itself, in a real Python if there is one, and without what it needs. */
  @Test
  void theProgramAnswersThatAPackageIsMissing() throws Exception {
    try {
      open(Path.of("python3")).conversation().close();
      assumeThat(true).as("python3 has FFCV").isFalse();
    } catch (Conversation.Failure e) {
      assumeThat(e.getMessage()).as("there is a python3").doesNotContain("Cannot run program");
      assertThat(e).hasMessageStartingWith("not installed: No module named '");
    }
  }
}
