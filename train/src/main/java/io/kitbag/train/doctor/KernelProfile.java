package io.kitbag.train.doctor;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.kitbag.precision.advice.KernelName;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The GPU kernels of a profile, by the time they took.
 *
 * @param kernels the longest first
 * @param tensorCoreShare share of the time in kernels that compute on Tensor Cores
 * @param transposeShare share of the time in kernels that only change the layout
 */
public record KernelProfile(List<Kernel> kernels, double tensorCoreShare, double transposeShare) {

  /**
   * One kernel.
   *
   * @param name as profiled
   * @param seconds of all its calls
   * @param kind what its name tells
   */
  public record Kernel(String name, double seconds, KernelName kind) {}

  private static final String DURATION = "gpu__time_duration.sum";

  public KernelProfile {
    kernels = List.copyOf(kernels);
  }

  /**
   * Reads what {@code nsys stats --report cuda_gpu_kern_sum --format csv}, its {@code
   * cuda_gpu_trace}, or {@code ncu --csv --metrics gpu__time_duration.sum} print; lines before the
   * table are passed over.
   *
   * @throws KitbagException if the file has no such table
   */
  public static KernelProfile read(Path file) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    try {
      for (Map<String, String> row : rows(file)) {
        String name = row.getOrDefault("Kernel Name", row.getOrDefault("Name", ""));
        double time = seconds(row);
        if (!name.isBlank() && time > 0 && !name.startsWith("[CUDA mem")) {
          seconds.merge(name, time, Double::sum);
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw new KitbagException(
          ExitCode.DATA, "%s cannot be read as CSV: %s".formatted(file, e.getMessage()), e);
    }
    if (seconds.isEmpty()) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s has no table of kernels with their times; write one with: nsys stats --report cuda_gpu_kern_sum --format csv FILE"
              .formatted(file));
    }
    List<Kernel> kernels =
        seconds.entrySet().stream()
            .map(e -> new Kernel(e.getKey(), e.getValue(), KernelName.of(e.getKey())))
            .sorted(Comparator.comparingDouble(Kernel::seconds).reversed())
            .toList();
    double all = kernels.stream().mapToDouble(Kernel::seconds).sum();
    return new KernelProfile(
        kernels,
        kernels.stream().filter(k -> k.kind().tensorCores()).mapToDouble(Kernel::seconds).sum()
            / all,
        kernels.stream()
                .filter(k -> k.kind().remark().startsWith("transposes"))
                .mapToDouble(Kernel::seconds)
                .sum()
            / all);
  }

  private static List<Map<String, String>> rows(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int header = 0;
    while (header < lines.size()
        && !lines.get(header).matches("(.*,)?\"?(Kernel )?Name\"?(,.*)?")) {
      header++;
    }
    if (header == lines.size()) {
      return List.of();
    }
    String table = String.join("\n", lines.subList(header, lines.size()));
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(table)) {
      return rows.readAll();
    }
  }

  private static double seconds(Map<String, String> row) {
    for (String column : List.of("Total Time (ns)", "Duration (ns)")) {
      if (row.containsKey(column)) {
        return number(row.get(column)) / 1e9;
      }
    }
    if (DURATION.equals(row.get("Metric Name"))) {
      double value = number(row.get("Metric Value"));
      return switch (row.getOrDefault("Metric Unit", "ns")) {
        case "usecond", "us" -> value / 1e6;
        case "msecond", "ms" -> value / 1e3;
        case "second", "s" -> value;
        default -> value / 1e9;
      };
    }
    return 0;
  }

  private static double number(String text) {
    return text.isBlank() ? 0 : Double.parseDouble(text.replace(",", ""));
  }
}
