package io.kitbag.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What pip prints, shortened. */
class PipReasonTest {

  private static String reason(String output) {
    return PipReason.of(output.lines().toList());
  }

  @Test
  void aPackageThatDoesNotExistForThisPython() {
    assertThat(
            reason(
                """
                ERROR: Could not find a version that satisfies the requirement torch==2.0.1 (from versions: 2.2.0)
                ERROR: No matching distribution found for torch==2.0.1
                """))
        .isEqualTo("ERROR: No matching distribution found for torch==2.0.1");
  }

  @Test
  void whatASetupProgramEndsWith() {
    assertThat(
            reason(
                """
                  error: subprocess-exited-with-error
                  × python setup.py egg_info did not run successfully.
                      RuntimeError: Could not find required package: opencv4.
                      During handling of the above exception, another exception occurred:
                      RuntimeError: Could not find required package: opencv.
                      [end of output]
                  note: This error originates from a subprocess, and is likely not a problem with pip.
                error: metadata-generation-failed
                """))
        .isEqualTo("RuntimeError: Could not find required package: opencv.");
  }

  @Test
  void whatACompilerComplainsOfFirst() {
    assertThat(
            reason(
                """
                      libffcv.cpp:3:10: fatal error: opencv2/opencv.hpp: No such file or directory
                      compilation terminated.
                      error: command '/usr/bin/gcc' failed with exit code 1
                  ERROR: Failed building wheel for ffcv
                ERROR: Could not build wheels for ffcv
                """))
        .isEqualTo("libffcv.cpp:3:10: fatal error: opencv2/opencv.hpp: No such file or directory");
  }

  @Test
  void aCompilerThatIsNotThere() {
    assertThat(
            reason(
                """
                      error: command 'gcc' failed: No such file or directory
                error: legacy-install-failure
                hint: See above for output from the failure.
                """))
        .isEqualTo("error: command 'gcc' failed: No such file or directory");
  }

  @Test
  void theLastLineIfNothingLooksLikeAReason() {
    assertThat(reason("Collecting x\nKilled\n\n")).isEqualTo("Killed");
    assertThat(reason("")).isEqualTo("pip failed and said nothing");
  }
}
