package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kitbag.train.ExitCode;
import org.junit.jupiter.api.Test;

class DoctorFormatsCommandTest {

  @Test
  void showsFormatsSideBySide() {
    assertThat(Cli.run("doctor", "formats").out())
        .contains("FP32", "TF32", "BF16", "FP16", "FP8 E5M2", "FP8 E4M3", "65504", "57344", "448");
  }

  @Test
  void roundsANumberInEachWithItsBits() {
    String out = Cli.run("doctor", "formats", "0.1").out();
    assertThat(out)
        .contains("0 01111011 10011001100110011001101", "0x3dcccccd")
        .contains("0 01011 1001100110", "0x2e66", "0.0999755859");
  }

  @Test
  void saysWhatHappensAtTheEndsOfARange() {
    assertThat(Cli.run("doctor", "formats", "2^-25").out()).contains("flushed to zero");
    assertThat(Cli.run("doctor", "formats", "2^-20").out()).contains("exact");
    assertThat(Cli.run("doctor", "formats", "1.1e-6").out()).contains("(subnormal)");
    assertThat(Cli.run("doctor", "formats", "--", "-65520").out()).contains("0xfc00", "overflow");
  }

  @Test
  void printsJson() throws Exception {
    JsonNode node = new ObjectMapper().readTree(Cli.run("doctor", "formats", "--json", "1").out());
    assertThat(node.get("formats")).hasSize(6);
    assertThat(node.get("formats").get(3).get("pattern").asText()).isEqualTo("0x3c00");
  }

  @Test
  void refusesWhatIsNoNumber() {
    Cli cli = Cli.run("doctor", "formats", "ten");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(cli.err()).contains("\"ten\" is not a number");
  }
}
