package io.kitbag.train.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private final Provenance provenance =
      Provenance.collect(
          42, "cpu", new Provenance.EngineVersions("1.2.3", "PyTorch 4.5.6"), Instant.EPOCH);

  @Test
  void saysByWhatOnWhatAndFromWhatARunIsMade() throws IOException {
    JsonNode json = JsonMapper.builder().build().readTree(provenance.toJson());

    assertThat(json.path("started").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(json.path("seed").asLong()).isEqualTo(42);
    assertThat(json.path("engine").asText()).isEqualTo("PyTorch 4.5.6");
    assertThat(json.path("jdk").asText()).contains(Runtime.version().toString());
    assertThat(json.path("cpu").asText()).isNotBlank();
    assertThat(json.path("cores").asInt()).isPositive();
    assertThat(json.path("gitCommit").asText()).matches("([0-9a-f]{40}(-dirty)?)?");
  }

  @Test
  void givesACheckpointItsVersions() {
    assertThat(provenance.versions())
        .containsEntry("djl", "1.2.3")
        .containsKeys("kitbag", "engine", "jdk");
  }

  @Test
  void knowsTheVersionOfTheBuild() {
    assertThat(Provenance.kitbagVersion()).matches("\\d+\\.\\d+.*");
  }
}
