package io.kitbag.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.bench.report.ReportPictures.Picture;
import io.kitbag.bench.step.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sections of measurements that become files: a page to read, its pictures, and the rows for {@link
 * Regressions}. Not thread-safe.
 */
public final class DatedReport {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Section(String command, String text, String rows, int exitCode, double seconds) {

    String bench() {
      return command.split(" ")[1];
    }
  }

  private final Machine machine;
  private final LocalDate date;
  private final List<Section> sections = new ArrayList<>();

  /** A report without sections. */
  public DatedReport(Machine machine, LocalDate date) {
    this.machine = machine;
    this.date = date;
  }

  /**
   * Adds what a command measured.
   *
   * @param command as a user would type it after {@code kitbag}
   * @param text its table
   * @param rows what it prints with {@code --json}; a section without an array has no rows
   * @param exitCode 0 if all of it was measured
   */
  public void add(String command, String text, String rows, int exitCode, double seconds) {
    sections.add(new Section(command, text.strip(), rows.strip(), exitCode, seconds));
  }

  /**
   * Such as {@code all_amd-epyc-2c_2026-01-31}; characters that file names dislike are left out.
   */
  public String name(String what) {
    String cpu =
        machine
            .cpu()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return "%s_%s-%dc_%s".formatted(what, cpu, machine.cores(), date);
  }

  /**
   * Writes the files.
   *
   * @param folder made if it does not exist
   * @param what the first part of their names
   * @return the page
   */
  public Path write(Path folder, String what) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name(what) + ".json"), rows());
    Map<Section, List<String>> links = new IdentityHashMap<>();
    for (Section section : sections) {
      links.put(section, pictures(folder, what, section));
    }
    return Files.writeString(folder.resolve(name(what) + ".md"), page(what, links));
  }

  /** Writes a section's pictures; what the page says to show them. */
  private List<String> pictures(Path folder, String what, Section section) throws IOException {
    List<String> links = new ArrayList<>();
    for (Picture picture : ReportPictures.of(section.bench(), array(section))) {
      String file =
          "%s_%d-%d.svg".formatted(name(what), sections.indexOf(section) + 1, links.size() + 1);
      Files.writeString(folder.resolve(file), picture.svg());
      links.add("![%s](%s)".formatted(picture.title(), file));
    }
    return links;
  }

  private String page(String what, Map<Section, List<String>> pictures) {
    StringBuilder page = new StringBuilder();
    page.append("# Bench report: %s, %s, %s%n%n".formatted(what, machine.cpu(), date));
    page.append(
        "%d cores, %d MiB of memory, %s, Kitbag %s, %s. The rows are in `%s.json`; `kitbag bench compare` compares two such files. The load told by later sections is that of the sections before them.%n"
            .formatted(
                machine.cores(),
                machine.memoryMiB(),
                machine.os(),
                machine.kitbag(),
                machine.jdk(),
                name(what)));
    for (Section section : sections) {
      page.append("%n## `kitbag %s`%n%n".formatted(section.command()));
      page.append(
          String.format(
              Locale.ROOT,
              "%s in %.0f s.%n%n",
              section.exitCode() == 0
                  ? "Measured"
                  : "Not all could be measured (exit code " + section.exitCode() + "),",
              section.seconds()));
      pictures.get(section).forEach(link -> page.append(link).append("\n\n"));
      page.append("```text\n").append(section.text()).append("\n```\n");
    }
    return page.toString().replace(System.lineSeparator(), "\n");
  }

  /** All rows, each with the name of its bench. */
  private String rows() throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (Section section : sections) {
      for (JsonNode row : array(section)) {
        ObjectNode copy = JSON.createObjectNode().put("bench", section.bench());
        copy.setAll((ObjectNode) row);
        all.add(copy);
      }
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  private static ArrayNode array(Section section) throws JsonProcessingException {
    return section.rows().startsWith("[")
        ? (ArrayNode) JSON.readTree(section.rows())
        : JSON.createArrayNode();
  }
}
