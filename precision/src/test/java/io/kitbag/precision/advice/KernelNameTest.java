package io.kitbag.precision.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.precision.advice.KernelName.Generation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelNameTest {

  /** Names from NVIDIA's PyProf and from public profiler traces. */
  @ParameterizedTest
  @CsvSource({
    "volta_fp16_s884cudnn_fp16_256x64_ldg8_relu_exp_small_nhwc_tn_v1, VOLTA, true",
    "volta_h884gemm_64x64_ldg8_nn, VOLTA, true",
    "turing_fp16_s1688gemm_fp16_128x128_ldg8_f2f_tn, TURING, true",
    "ampere_fp16_s16816gemm_fp16_128x64_ldg8_f2f_stages_64x4_nn, AMPERE, true",
    "cutlass_80_tensorop_s16816gemm_f16_256x128_32x3_nn_align8, AMPERE, true",
    "sm80_xmma_fprop_implicit_gemm_indexed_f16f16_f16f32_f32_nhwckrsc_nhwc_tilesize128x128x32_stage4_warpsize2x2x1_g1_tensor16x8x16_kernel_cudnn, AMPERE, true",
    "sm90_xmma_gemm_f16f16_f16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1_execute_segment_k_off_kernel__5x_cublas, HOPPER, true",
    "sm90_xmma_dgrad_implicit_gemm_bf16bf16_bf16f32_f32_nhwckrsc_nhwc_tilesize128x128x64_warpgroupsize1x1x1_g1_cudnn, HOPPER, true",
    "nvjet_hsh_128x256_64x4_2x1_v_bz_coopA_NNT, HOPPER, true",
    "sm80_xmma_gemm_f32f32_f32f32_f32_tn_n_tilesize64x64x8_stage3_warpsize1x4x1_ffma_aligna4_alignc4_execute_kernel__51_cublas, AMPERE, false",
    "sm80_xmma_fprop_implicit_gemm_tf32f32_tf32f32_f32_nhwckrsc_nchw_tilesize128x128x16_cudnn, AMPERE, true",
    "sm80_xmma_gemm_f32f32_tf32f32_f32_nn_n_tilesize128x64x16_cublas, AMPERE, true",
    "cudnn::ops::nchwToNhwcKernel<__half>, UNKNOWN, false",
    "first_layer_wgrad_kernel<64>, UNKNOWN, true",
    "at::native::vectorized_elementwise_kernel<4>, UNKNOWN, false",
    "ampere_sgemm_128x64_nn, AMPERE, false"
  })
  void tellsTensorCoresAndTheirGeneration(String name, Generation generation, boolean tensor) {
    KernelName kernel = KernelName.of(name);
    assertThat(kernel.tensorCores()).isEqualTo(tensor);
    assertThat(kernel.generation()).isEqualTo(generation);
  }
}
