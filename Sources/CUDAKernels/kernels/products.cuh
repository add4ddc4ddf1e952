// The tile of a product: 16 × 16 threads, each with a few rows and columns of c in registers, and
// panels of both operands in shared memory.
//
// Whatever the tile, an element of c is one chain of fused multiply-adds over ascending k.
#ifndef FT_PRODUCTS_CUH
#define FT_PRODUCTS_CUH

#include "launching.h"

#include "products/packed.h"
#include "products/packed_lanes.inc.h"

/// Steps of k in shared memory at a time, threads a side, and floats between rows beyond the tile's.
constexpr int tile_steps = 16, tile_threads = 16, tile_pad = 4;

// --- Packed weights ------------------------------------------------------------------------------------

/// The weight of `output` at `step`, as products see it. The thread's lane is `output` % 16.
FT_INLINE float packed_weight(const ft_packed_matrix *w, size_t output, size_t step) {
  const char *panel = ft_panel(w, output);
  size_t half = output / FT_LANES % 2;
  if (w->format == FT_WEIGHTS_F32)
    return ((const float *)panel)[step * FT_PANEL_OUTPUTS + output % FT_PANEL_OUTPUTS];
  packed_scales scales = {};
  if (!ft_is_quantised(w->format))
    return packed_widen(u16_load(panel + step * 2 * FT_PANEL_OUTPUTS), &scales, w->format, 0, half).x;
  const char *block = panel + ft_block_offset(w->format, step);
  scales = packed_load_scales(block, w->format);
  size_t inside = step % FT_BLOCK_STEPS, steps = packed_vector_steps(w->format);
  u16 words = u16_load(block + ft_head_bytes(w->format) + inside / steps * 4 * FT_LANES);
  return packed_widen(words, &scales, w->format, inside % steps, half).x;
}

// --- Panels --------------------------------------------------------------------------------------------

/// What a thread fetches of a panel of `count` · 16 rows of an operand: `count` numbers.
template <int count>
struct fetched {
  float x[count];
};

/// Where the e-th number that this thread fetches lies in a panel: whose neighbours in memory are
/// those of neighbouring threads.
template <int count>
__device__ __forceinline__ void place_in_panel(bool rows_first, int e, unsigned *row, unsigned *k) {
  unsigned t = threadIdx.x;
  if (rows_first) {
    unsigned index = t + 256 * e;
    *row = index % (tile_threads * count);
    *k = index / (tile_threads * count);
  } else {
    *k = t % tile_steps;
    *row = t / tile_steps + tile_threads * e;
  }
}

/// Rows `first…` of an operand, steps `step…`; zeros beyond its `rows` and `steps`.
template <int count>
__device__ __forceinline__ fetched<count> fetch(const ft_matmul_operand *operand, size_t first,
                                                size_t rows, size_t step, size_t steps) {
  fetched<count> result;
#pragma unroll
  for (int e = 0; e < count; e++) {
    unsigned i, k;
    place_in_panel<count>(operand->k_is_rows, e, &i, &k);
    size_t row = first + i, at = step + k;
    size_t place = operand->k_is_rows ? at * operand->stride + row : row * operand->stride + at;
    result.x[e] = row < rows && at < steps ? operand->start[place] : 0;
  }
  return result;
}

/// The same of weights that are packed as they are, whose outputs are the rows, or when turned the
/// steps.
template <int count>
__device__ __forceinline__ fetched<count> fetch_panels(const ft_matmul_job *job, size_t first,
                                                       size_t step) {
  fetched<count> result;
#pragma unroll
  for (int e = 0; e < count; e++) {
    unsigned i, k;
    place_in_panel<count>(!job->is_turned, e, &i, &k);
    size_t row = first + i, at = step + k;
    bool is_there = row < job->n && at < job->k;
    size_t output = job->is_turned ? at : row, channel = job->is_turned ? row : at;
    size_t panel = output / FT_PANEL_OUTPUTS * job->packed.channels + channel;
    const float *weights = (const float *)job->packed.data;
    result.x[e] = is_there ? weights[panel * FT_PANEL_OUTPUTS + output % FT_PANEL_OUTPUTS] : 0;
  }
  return result;
}

/// Puts what was fetched where all threads find it, as [k, rows].
template <int count>
__device__ __forceinline__ void put(float (*panel)[tile_threads * count + tile_pad],
                                    bool rows_first, fetched<count> numbers) {
#pragma unroll
  for (int e = 0; e < count; e++) {
    unsigned i, k;
    place_in_panel<count>(rows_first, e, &i, &k);
    panel[k][i] = numbers.x[e];
  }
}

/// Puts the panel of weights of any format there.
template <int count>
__device__ __forceinline__ void put_packed(float (*panel)[tile_threads * count + tile_pad],
                                           const ft_matmul_job *job, size_t first, size_t step) {
  // One by one: to widen weights takes the registers that the tile's sums leave.
#pragma unroll 1
  for (int e = 0; e < count; e++) {
    unsigned i, k;
    place_in_panel<count>(!job->is_turned, e, &i, &k);
    size_t row = first + i, at = step + k;
    bool is_there = row < job->n && at < job->k;
    size_t output = job->is_turned ? at : row, channel = job->is_turned ? row : at;
    panel[k][i] = is_there ? packed_weight(&job->packed, output, channel) : 0;
  }
}

// --- The tile --------------------------------------------------------------------------------------------

/// The column of the tile that is the thread's j-th of `count`: four neighbours where there are so
/// many, for they are read at once.
template <int count>
__device__ __forceinline__ unsigned tile_column(unsigned thread, int j) {
  return count % 4 == 0 ? j / 4 * 4 * tile_threads + 4 * thread + j % 4 : j * tile_threads + thread;
}

/// Reads `count` neighbours.
template <int count>
__device__ __forceinline__ void read_neighbours(float *out, const float *from) {
  if (count % 4 == 0) {
#pragma unroll
    for (int i = 0; i < count; i += 4) {
      float4 four = *(const float4 *)(from + i);
      out[i] = four.x, out[i + 1] = four.y, out[i + 2] = four.z, out[i + 3] = four.w;
    }
  } else {
#pragma unroll
    for (int i = 0; i < count; i++) out[i] = from[i];
  }
}

/// c[rows, columns] += one step of k.
template <int rows, int columns>
__device__ __forceinline__ void add_step(float (*sums)[columns], const float *a, const float *b,
                                         unsigned x, unsigned y) {
  float of_a[rows], of_b[columns];
  read_neighbours<rows>(of_a, a + y * rows);
  if (columns % 4 == 0) {
#pragma unroll
    for (int j = 0; j < columns; j += 4) read_neighbours<4>(of_b + j, b + tile_column<columns>(x, j));
  } else {
#pragma unroll
    for (int j = 0; j < columns; j++) of_b[j] = b[tile_column<columns>(x, j)];
  }
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++) sums[i][j] = __fmaf_rn(of_a[i], of_b[j], sums[i][j]);
}

/// What stands in the place of b.
enum second_operand { dense, panels, packed };

/// What this thread fetches of the next panel of b, unless that is packed in a format of its own.
template <int count, second_operand kind>
__device__ __forceinline__ fetched<count> fetch_second(const ft_matmul_job *job, size_t first,
                                                       size_t step) {
  if (kind == packed) return {};
  return kind == panels ? fetch_panels<count>(job, first, step)
                        : fetch<count>(&job->b, first, job->n, step, job->k);
}

/// Puts the panel of b from step `step` on there.
template <int count, second_operand kind>
__device__ __forceinline__ void put_second(float (*panel)[tile_threads * count + tile_pad],
                                           const ft_matmul_job *job, size_t first, size_t step,
                                           fetched<count> numbers) {
  if (kind == packed)
    put_packed<count>(panel, job, first, step);
  else
    put<count>(panel, kind == panels ? !job->is_turned : job->b.k_is_rows, numbers);
}

/// The tile of c that this block of threads does: 16 · rows by 16 · columns of it.
template <int rows, int columns, second_operand kind>
__device__ __forceinline__ void multiply_tile(const ft_matmul_job *job) {
  __shared__ __align__(16) float a[2][tile_steps][tile_threads * rows + tile_pad];
  __shared__ __align__(16) float b[2][tile_steps][tile_threads * columns + tile_pad];
  unsigned x = threadIdx.x % tile_threads, y = threadIdx.x / tile_threads;
  size_t row = (size_t)blockIdx.x * tile_threads * rows;
  size_t column = (size_t)blockIdx.y * tile_threads * columns;
  float *c = job->c + (row + y * rows) * job->ldc + column;
  float sums[rows][columns];
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++) {
      unsigned at = tile_column<columns>(x, j);
      bool is_there = row + y * rows + i < job->m && column + at < job->n;
      sums[i][j] = job->accumulate && is_there ? c[i * job->ldc + at] : 0;
    }
  for (size_t step = 0, now = 0; step < job->k; step += tile_steps, now ^= 1) {
    if (step == 0) {
      put<rows>(a[0], job->a.k_is_rows, fetch<rows>(&job->a, row, job->m, 0, job->k));
      put_second<columns, kind>(b[0], job, column, 0, fetch_second<columns, kind>(job, column, 0));
      __syncthreads();
    }
    // The next panels arrive while these are worked on.
    size_t next = step + tile_steps;
    fetched<rows> next_a;
    fetched<columns> next_b;
    if (next < job->k) {
      next_a = fetch<rows>(&job->a, row, job->m, next, job->k);
      next_b = fetch_second<columns, kind>(job, column, next);
    }
    if (next <= job->k) {
#pragma unroll
      for (int k = 0; k < tile_steps; k++)
        add_step<rows, columns>(sums, a[now][k], b[now][k], x, y);
    } else {
      // A step of zeros would not be nothing: it makes a zero of a negative one.
#pragma unroll 1
      for (size_t k = 0; k < job->k - step; k++)
        add_step<rows, columns>(sums, a[now][k], b[now][k], x, y);
    }
    if (next < job->k) {
      put<rows>(a[now ^ 1], job->a.k_is_rows, next_a);
      put_second<columns, kind>(b[now ^ 1], job, column, next, next_b);
      __syncthreads();
    }
  }
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int j = 0; j < columns; j++) {
      unsigned at = tile_column<columns>(x, j);
      if (row + y * rows + i < job->m && column + at < job->n) c[i * job->ldc + at] = sums[i][j];
    }
}

#endif
