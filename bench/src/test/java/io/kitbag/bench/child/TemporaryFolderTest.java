package io.kitbag.bench.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  @Test
  void goesWithAllThatIsInIt() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("kitbag-test");
    Path inner = Files.createDirectories(folder.path().resolve("a/b"));
    Files.writeString(inner.resolve("file"), "text");

    folder.close();

    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void leavesAloneWhatALinkInItLeadsTo(@TempDir Path elsewhere) throws IOException {
    Path kept = Files.writeString(elsewhere.resolve("kept"), "text");
    TemporaryFolder folder = TemporaryFolder.create("kitbag-test");
    Files.createSymbolicLink(folder.path().resolve("link"), elsewhere);

    folder.close();

    assertThat(folder.path()).doesNotExist();
    assertThat(kept).hasContent("text");
  }

  @Test
  void canBeClosedTwice() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("kitbag-test");
    folder.close();

    folder.close();

    assertThat(folder.path()).doesNotExist();
  }
}
