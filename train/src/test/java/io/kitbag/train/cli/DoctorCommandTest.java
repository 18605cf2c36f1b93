package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kitbag.train.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @TempDir private Path folder;

  private static Cli doctor(String... more) {
    String[] small = {
      "doctor",
      "--quiet",
      "--steps",
      "3",
      "--probes",
      "1",
      "--images",
      "4",
      "--threads",
      "1",
      "--set",
      "batchSize=12",
      "--set",
      "data.builtin={train: 40, test: 12}",
      "--device",
      "cpu",
      "--set",
      "model.name=cifar_resnet8d"
    };
    return Cli.run(Stream.concat(Arrays.stream(small), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void reportsAsJsonAndAsAPage() throws Exception {
    Path page = folder.resolve("doctor.html");
    Cli cli = doctor("--json", "--precision", "fp32", "--html", page.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(cli.lastLine());
    assertThat(report.get("setup").get("network").asText()).isEqualTo("cifar_resnet8d");
    assertThat(report.get("setup").get("probes").asInt()).isEqualTo(1);
    assertThat(report.get("setup").get("lossScaling").asText()).isEqualTo("none");
    assertThat(report.get("setup").get("device").asText()).isEqualTo("cpu");
    assertThat(report.get("gradients").get("advice").get("exponent").asInt()).isBetween(0, 30);
    // 4 images of 16 channels and 32 × 32 pixels.
    JsonNode first = report.get("activations").get(0);
    long values = first.get("counts").get("zeros").asLong();
    for (JsonNode count : first.get("counts").get("counts")) {
      values += count.asLong();
    }
    assertThat(values).isEqualTo(4 * 16 * 32 * 32);
    assertThat(report.get("tensorCores").get("layers").get(0).get("problems").get(0).asText())
        .contains("input channels 3 is no multiple of 8");
    assertThat(report.get("time").get("measuredSteps").asInt()).isEqualTo(2);
    assertThat(report.get("memory").get("largestBatch").asLong()).isPositive();
    assertThat(report.get("roofline").get("layers")).isNotEmpty();
    for (JsonNode finding : report.get("findings")) {
      assertThat(finding.get("change").asText()).as(finding.toString()).isNotBlank();
    }
    assertThat(Files.readString(page))
        .startsWith("<!doctype html>")
        .contains("<svg", "Recommended static scale", "layer3.0.conv2")
        .doesNotContain("http://", "https://", "<script");
  }

  @Test
  void adviseFp16WithoutAScale() {
    Cli cli =
        doctor("--precision", "fp16", "--set", "precision.lossScale.kind=none", "--memory", "64m");
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("warning loss scale: the loss is not scaled")
        .contains("-> precision.lossScale: {kind: static, value: ")
        .contains("batch 12 is no multiple of 8 (next 16)", "-> batchSize: 16")
        .contains("fits into 64.0 MiB");
  }

  @Test
  void classifiesKernelsOfAProfile() throws Exception {
    Path csv = folder.resolve("kernels.csv");
    Files.writeString(
        csv,
        """
        Processing [report.sqlite] with [cuda_gpu_kern_sum.py]...

        Time (%),Total Time (ns),Instances,Avg (ns),Name
        60.0,6000000,10,600000.0,"sm80_xmma_fprop_implicit_gemm_indexed_f16f16_f16f32_f32_nhwckrsc_nhwc_tilesize128x128x32_stage4_warpsize2x2x1_g1_tensor16x8x16_kernel_cudnn"
        30.0,3000000,10,300000.0,"void cudnn::ops::nchwToNhwcKernel<__half, __half, float, (bool)0>(int, int)"
        10.0,1000000,10,100000.0,"sm80_xmma_gemm_f32f32_f32f32_f32_tn_n_tilesize64x64x8_ffma_cublas"
        """);
    Cli cli = doctor("--precision", "fp32", "--kernels", csv.toString());
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("60.00 % of the profiled time is in Tensor Core kernels, 30.00 % in transposes")
        .contains("-> precision.layout: channels_last");
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    Path csv = Files.writeString(folder.resolve("other.csv"), "a,b\n1,2\n");
    Cli cli = doctor("--kernels", csv.toString());
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
    assertThat(cli.err()).contains("other.csv has no table of kernels");
    assertThat(Cli.run("doctor", "--memory", "much").err()).contains("--memory \"much\"");
    assertThat(Cli.run("doctor", "--images", "1").err()).contains("images=1");
  }
}
