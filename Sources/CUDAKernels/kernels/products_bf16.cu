// Products of activations and weights on tensor cores, for cards from compute capability 8.0 on: both
// operands rounded to bfloat16, sums in float32, sixteen steps of k at a time from the first on.
//
// An element of c depends on its row of a and its column of b alone, whatever the tile. Its bits are the
// card's, not a processor's: how sixteen products are added is the tensor cores' own.
#include "products.cuh"
#include "tensor_cores.cuh"

/// Words of a row in shared memory: eight of sixteen steps, and four by which the rows that a warp
/// reads together lie in banks of their own.
constexpr int row_words = tile_steps / 2 + 4;

/// A panel of 16 · `count` rows of an operand.
template <int count>
struct tensor_panel {
  uint32_t rows[tile_threads * count][row_words];
};

/// The pairs of steps that a thread fetches of a panel.
template <int count>
struct fetched_pairs {
  float low[(count + 1) / 2], high[(count + 1) / 2];
};

/// Where the e-th pair lies, whose neighbours in memory are those of neighbouring threads; false where
/// the panel has no such pair.
template <int count>
__device__ __forceinline__ bool place_of_pair(bool rows_first, int e, unsigned *row, unsigned *pair) {
  unsigned index = threadIdx.x + 256 * e;
  *row = rows_first ? index % (tile_threads * count) : index / (tile_steps / 2);
  *pair = rows_first ? index / (tile_threads * count) : index % (tile_steps / 2);
  return index < tile_threads * count * tile_steps / 2;
}

/// Whether rows of the second operand lie side by side in memory, rather than steps.
template <second_operand kind>
__device__ __forceinline__ bool second_rows_first(const ft_matmul_job *job) {
  return kind == dense ? job->b.k_is_rows : !job->is_turned;
}

/// A number of an operand; 0 beyond its rows and steps.
FT_INLINE float first_number(const ft_matmul_job *job, size_t row, size_t step) {
  return row < job->m && step < job->k ? job->a.start[row * job->a.stride + step] : 0;
}
template <second_operand kind>
__device__ __forceinline__ float second_number(const ft_matmul_job *job, size_t row, size_t step) {
  if (row >= job->n || step >= job->k) return 0;
  if (kind == dense)
    return job->b.start[job->b.k_is_rows ? step * job->b.stride + row : row * job->b.stride + step];
  size_t output = job->is_turned ? step : row, channel = job->is_turned ? row : step;
  if (kind == packed) return packed_weight(&job->packed, output, channel);
  size_t panel = output / FT_PANEL_OUTPUTS * job->packed.channels + channel;
  return ((const float *)job->packed.data)[panel * FT_PANEL_OUTPUTS + output % FT_PANEL_OUTPUTS];
}

/// The pairs of a panel from row `first` and step `step` on.
template <int count>
__device__ __forceinline__ fetched_pairs<count> fetch_first(const ft_matmul_job *job, size_t first,
                                                            size_t step) {
  fetched_pairs<count> result;
#pragma unroll
  for (int e = 0; e < (count + 1) / 2; e++) {
    unsigned row, pair;
    bool is_there = place_of_pair<count>(false, e, &row, &pair);
    result.low[e] = is_there ? first_number(job, first + row, step + 2 * pair) : 0;
    result.high[e] = is_there ? first_number(job, first + row, step + 2 * pair + 1) : 0;
  }
  return result;
}
template <int count, second_operand kind>
__device__ __forceinline__ fetched_pairs<count> fetch_second_pairs(const ft_matmul_job *job,
                                                                   size_t first, size_t step) {
  fetched_pairs<count> result = {};
  if (kind == packed) return result;
#pragma unroll
  for (int e = 0; e < (count + 1) / 2; e++) {
    unsigned row, pair;
    if (!place_of_pair<count>(second_rows_first<kind>(job), e, &row, &pair)) continue;
    result.low[e] = second_number<kind>(job, first + row, step + 2 * pair);
    result.high[e] = second_number<kind>(job, first + row, step + 2 * pair + 1);
  }
  return result;
}

template <int count>
__device__ __forceinline__ void put_pairs(tensor_panel<count> *panel, bool rows_first,
                                          fetched_pairs<count> numbers) {
#pragma unroll
  for (int e = 0; e < (count + 1) / 2; e++) {
    unsigned row, pair;
    if (place_of_pair<count>(rows_first, e, &row, &pair))
      panel->rows[row][pair] = ft_tensor_pair(numbers.low[e], numbers.high[e]);
  }
}

/// Puts a panel of weights in a format of their own there, number by number: to widen one takes the
/// registers that the sums leave, and a thread whose lane is that of the output.
template <int count>
__device__ __forceinline__ void put_widened(tensor_panel<count> *panel, const ft_matmul_job *job,
                                            size_t first, size_t step) {
#pragma unroll 1
  for (int e = 0; e < count; e++) {
    unsigned row, k;
    place_in_panel<count>(!job->is_turned, e, &row, &k);
    float number = second_number<packed>(job, first + row, step + k);
    ((uint16_t *)panel->rows[row])[k] = (uint16_t)ft_tensor_pair(number, 0);
  }
}

template <int count, second_operand kind>
__device__ __forceinline__ void put_second_pairs(tensor_panel<count> *panel, const ft_matmul_job *job,
                                                 size_t first, size_t step,
                                                 fetched_pairs<count> numbers) {
  if (kind == packed)
    put_widened<count>(panel, job, first, step);
  else
    put_pairs<count>(panel, second_rows_first<kind>(job), numbers);
}

/// The tile of c that this block of threads does, 16 · rows by 16 · columns of it, of which each of
/// eight warps has some rows and columns.
template <int rows, int columns, int warp_rows, second_operand kind>
__device__ __forceinline__ void multiply_on_tensor_cores(const ft_matmul_job *job) {
  constexpr int own_rows = rows / warp_rows, own_columns = columns * warp_rows / 4;
  __shared__ tensor_panel<rows> a[2];
  __shared__ tensor_panel<columns> b[2];
  unsigned warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  unsigned first_row = warp % warp_rows * own_rows * tensor_row_count;
  unsigned first_column = warp / warp_rows * own_columns * tensor_column_count;
  size_t row = (size_t)blockIdx.x * tile_threads * rows;
  size_t column = (size_t)blockIdx.y * tile_threads * columns;
  float sums[own_rows][own_columns][4];
  auto each_sum = [&](auto body) {
#pragma unroll
    for (int i = 0; i < own_rows; i++)
#pragma unroll
      for (int j = 0; j < own_columns; j++)
#pragma unroll
        for (int e = 0; e < 4; e++) {
          size_t y = row + first_row + i * tensor_row_count + lane / 4 + e / 2 * 8;
          size_t x = column + first_column + j * tensor_column_count + lane % 4 * 2 + e % 2;
          body(sums[i][j][e], job->c + y * job->ldc + x, y < job->m && x < job->n);
        }
  };
  each_sum([&](float &sum, const float *c, bool is_there) {
    sum = job->accumulate && is_there ? *c : 0;
  });
  for (size_t step = 0, now = 0; step < job->k; step += tile_steps, now ^= 1) {
    if (step == 0) {
      put_pairs<rows>(&a[0], false, fetch_first<rows>(job, row, 0));
      put_second_pairs<columns, kind>(&b[0], job, column, 0,
                                      fetch_second_pairs<columns, kind>(job, column, 0));
      __syncthreads();
    }
    // The next panels arrive while these are worked on.
    size_t next = step + tile_steps;
    fetched_pairs<rows> next_a;
    fetched_pairs<columns> next_b;
    if (next < job->k) {
      next_a = fetch_first<rows>(job, row, next);
      next_b = fetch_second_pairs<columns, kind>(job, column, next);
    }
    ft_tensor_columns of_b[own_columns];
#pragma unroll
    for (int j = 0; j < own_columns; j++)
      of_b[j] = ft_tensor_load_columns(b[now].rows[first_column + j * tensor_column_count], row_words);
#pragma unroll
    for (int i = 0; i < own_rows; i++) {
      ft_tensor_rows of_a =
          ft_tensor_load_rows(a[now].rows[first_row + i * tensor_row_count], row_words);
#pragma unroll
      for (int j = 0; j < own_columns; j++) ft_tensor_multiply(sums[i][j], of_a, of_b[j]);
    }
    if (next < job->k) {
      put_pairs<rows>(&a[now ^ 1], false, next_a);
      put_second_pairs<columns, kind>(&b[now ^ 1], job, column, next, next_b);
      __syncthreads();
    }
  }
  each_sum([&](float sum, float *c, bool is_there) {
    if (is_there) *c = sum;
  });
}

static_assert(tile_steps == tensor_step_count, "a panel has the steps of one instruction");

#define FT_TENSOR_KERNELS(kind)                                           \
  FT_KERNEL(ft_bf16_##kind##_8x8, ft_matmul_job, 256, 1) {                \
    multiply_on_tensor_cores<8, 8, 2, kind>(&job);                        \
  }                                                                       \
  FT_KERNEL(ft_bf16_##kind##_4x4, ft_matmul_job, 256, 1) {                \
    multiply_on_tensor_cores<4, 4, 2, kind>(&job);                        \
  }                                                                       \
  FT_KERNEL(ft_bf16_##kind##_8x1, ft_matmul_job, 256, 1) {                \
    multiply_on_tensor_cores<8, 1, 8, kind>(&job);                        \
  }
FT_TENSOR_KERNELS(dense)
FT_TENSOR_KERNELS(panels)
FT_TENSOR_KERNELS(packed)
