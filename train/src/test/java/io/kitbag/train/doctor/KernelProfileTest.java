package io.kitbag.train.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelProfileTest {

  @TempDir private Path folder;

  @Test
  void readsWhatNcuPrints() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("ncu.csv"),
            """
            ==PROF== Disconnected from process 1
            "ID","Process ID","Kernel Name","Section Name","Metric Name","Metric Unit","Metric Value"
            "0","1","volta_h884gemm_64x64_ldg8_nn","","gpu__time_duration.sum","usecond","1,500.5"
            "1","1","volta_h884gemm_64x64_ldg8_nn","","gpu__time_duration.sum","usecond","499.5"
            "1","1","volta_h884gemm_64x64_ldg8_nn","","sm__cycles_active.avg","cycle","9"
            "2","1","elementwise_kernel","","gpu__time_duration.sum","nsecond","2,000,000"
            """);
    KernelProfile profile = KernelProfile.read(csv);
    assertThat(profile.kernels()).hasSize(2);
    assertThat(profile.kernels().get(0).seconds()).isCloseTo(2e-3, within(1e-12));
    assertThat(profile.tensorCoreShare()).isCloseTo(0.5, within(1e-9));
    assertThat(profile.transposeShare()).isZero();
  }

  @Test
  void addsUpTheCallsOfATrace() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("trace.csv"),
            """
            Start (ns),Duration (ns),CorrId,Name
            1,300,7,turing_fp16_s1688gemm_fp16_128x128_ldg8_f2f_tn
            5,500,8,turing_fp16_s1688gemm_fp16_128x128_ldg8_f2f_tn
            9,100,9,[CUDA memcpy HtoD]
            """);
    KernelProfile profile = KernelProfile.read(csv);
    assertThat(profile.kernels()).hasSize(1);
    assertThat(profile.kernels().get(0).seconds()).isCloseTo(8e-7, within(1e-15));
    assertThat(profile.tensorCoreShare()).isEqualTo(1);
  }
}
