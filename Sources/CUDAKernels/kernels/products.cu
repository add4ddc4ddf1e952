// Products of matrices, by tiles of several shapes, and of a few rows by packed weights.
#include "products.cuh"

#include "ft_cuda.h"
#include "products/integer_rounding.inc.h"

// --- Dense: a tile a shape; which one, the host chooses by how many tiles there are ---------------------

FT_KERNEL(ft_matmul_8x8, ft_matmul_job, 256, 2) { multiply_tile<8, 8, dense>(&job); }
FT_KERNEL(ft_matmul_4x4, ft_matmul_job, 256, 2) { multiply_tile<4, 4, dense>(&job); }
FT_KERNEL(ft_matmul_2x2, ft_matmul_job, 256, 2) { multiply_tile<2, 2, dense>(&job); }
FT_KERNEL(ft_matmul_1x1, ft_matmul_job, 256, 2) { multiply_tile<1, 1, dense>(&job); }
FT_KERNEL(ft_matmul_8x1, ft_matmul_job, 256, 2) { multiply_tile<8, 1, dense>(&job); }
FT_KERNEL(ft_matmul_1x8, ft_matmul_job, 256, 2) { multiply_tile<1, 8, dense>(&job); }

// --- By packed weights ------------------------------------------------------------------------------------

// As they are: float32.
FT_KERNEL(ft_panels_8x8, ft_matmul_job, 256, 2) { multiply_tile<8, 8, panels>(&job); }
FT_KERNEL(ft_panels_4x4, ft_matmul_job, 256, 2) { multiply_tile<4, 4, panels>(&job); }
FT_KERNEL(ft_panels_2x2, ft_matmul_job, 256, 2) { multiply_tile<2, 2, panels>(&job); }
FT_KERNEL(ft_panels_1x1, ft_matmul_job, 256, 2) { multiply_tile<1, 1, panels>(&job); }
// In the other formats.
FT_KERNEL(ft_packed_8x8, ft_matmul_job, 256, 1) { multiply_tile<8, 8, packed>(&job); }
FT_KERNEL(ft_packed_4x4, ft_matmul_job, 256, 1) { multiply_tile<4, 4, packed>(&job); }
FT_KERNEL(ft_packed_2x2, ft_matmul_job, 256, 1) { multiply_tile<2, 2, packed>(&job); }
FT_KERNEL(ft_packed_1x1, ft_matmul_job, 256, 1) { multiply_tile<1, 1, packed>(&job); }

/// At most `rows` rows of c, a thread an output: the weights are read once.
template <int rows>
__device__ __forceinline__ void multiply_few(const ft_matmul_job *job) {
  size_t output = ft_thread_index();
  if (output >= job->n) return;
  float sums[rows];
#pragma unroll
  for (int i = 0; i < rows; i++)
    sums[i] = job->accumulate && i < job->m ? job->c[i * job->ldc + output] : 0;
#pragma unroll 8
  for (size_t k = 0; k < job->k; k++) {
    float weight = packed_weight(&job->packed, output, k);
#pragma unroll
    for (int i = 0; i < rows; i++)
      if (i < job->m) sums[i] = __fmaf_rn(job->a.start[i * job->a.stride + k], weight, sums[i]);
  }
#pragma unroll
  for (int i = 0; i < rows; i++)
    if (i < job->m) job->c[i * job->ldc + output] = sums[i];
}

FT_KERNEL(ft_packed_few_1, ft_matmul_job, 64, 1) { multiply_few<1>(&job); }
FT_KERNEL(ft_packed_few_4, ft_matmul_job, 64, 1) { multiply_few<4>(&job); }
FT_KERNEL(ft_packed_few_8, ft_matmul_job, 64, 1) { multiply_few<8>(&job); }

// --- In integers ------------------------------------------------------------------------------------------

FT_RANGE_LAUNCH(round_rows, ft_rounding_job)

/// A thread an element of c: rows along x, of which there may be more than a grid has places along y.
FT_KERNEL(ft_multiply_integers, ft_integer_job, 64, 1) {
  const size_t output = (size_t)blockIdx.y * 64 + threadIdx.x, row = blockIdx.x;
  if (output >= job.w.outputs) return;
  const ft_weight_format format = job.w.format;
  const bool is_four = ft_is_four_bit(format);
  const size_t row_bytes = ft_integer_block_bytes(format), half = output / FT_LANES % 2;
  const size_t blocks = (job.w.channels + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS;
  const char *a = (const char *)job.rows + row * blocks * row_bytes;
  const char *block = ft_panel(&job.w, output);
  float sum = 0;
  for (size_t i = 0; i < blocks; i++) {
    const ft_integer_head *head = (const ft_integer_head *)a;
    const int8_t *bytes = (const int8_t *)(head + 1);
    const int16_t *halves = (const int16_t *)(head + 1);
    const char *numbers = block + ft_head_bytes(format);
    int32_t dot = head->start;
    for (size_t step = 0; step < FT_BLOCK_STEPS; step++) {
      const size_t steps = packed_vector_steps(format);
      uint32_t word = u16_load(numbers + step / steps * 4 * FT_LANES).x;
      uint32_t number = word >> (2 * (step % steps) + half) * (is_four ? 4 : 8);
      dot += is_four ? (int32_t)(number & 15) * bytes[step]
                     : (int32_t)(number & 255) * halves[step];
    }
    float scale = packed_scale_half(u16_load(block), format, half).x;
    sum = __fmaf_rn((float)dot * scale, head->scale, sum);
    if (format == FT_WEIGHTS_Q4_1) {
      float minimum = packed_scale_half(u16_load(block + FT_SCALE_BYTES), format, half).x;
      sum = __fmaf_rn(minimum, head->total, sum);
    }
    a += row_bytes;
    block += ft_block_bytes(format);
  }
  job.c[row * job.ldc + output] = sum;
}

// --- Rows of packed weights -------------------------------------------------------------------------------

/// A half warp a row: the lane of the row's output has the weight, and the first lane writes it.
FT_KERNEL(ft_unpack_rows, ft_cuda_unpack_job, 256, 1) {
  size_t i = ft_thread_index() / FT_LANES;
  if (i >= job.count) return;
  size_t output = (size_t)job.rows[i], lane = output % FT_LANES;
  for (size_t step = 0; step < job.w.channels; step++) {
    // Other lanes look at their own outputs of the same panel, which a panel always has.
    v16 weight = v16(packed_weight(&job.w, output - lane + ft_lane(), step));
    float found = weight[lane];
    if (ft_lane() == 0) job.out[i * job.w.channels + step] = found;
  }
}
