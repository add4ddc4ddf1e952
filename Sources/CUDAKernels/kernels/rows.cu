// What is done with the rows and columns of a matrix: a half warp a row, from the templates of
// CKernels; columns, whose sums are chains over the rows, have kernels of their own.
#include "launching.h"

#include "attention/rope.inc.h"
#include "attention/sinks.inc.h"
#include "ft_cuda.h"
#include "rows/columns.inc.h"
#include "rows/convolution.inc.h"
#include "rows/embedding.inc.h"
#include "rows/norm.inc.h"
// Uses the factors of norm.
#include "rows/layer_norm.inc.h"
#include "rows/softmax.inc.h"
#include "rows/weighted_rows.inc.h"
// Uses the row statistics of softmax.
#include "rows/cross_entropy.inc.h"
// Uses both.
#include "rows/divergence.inc.h"

FT_RANGE_LAUNCH(rope, ft_rope_job)
FT_RANGE_LAUNCH(sinks_forward, ft_sinks_job)
FT_RANGE_LAUNCH(sinks_backward, ft_sinks_job)
FT_RANGE_LAUNCH(inverse_row_norms, ft_elementwise_job)
FT_RANGE_LAUNCH(scale_columns, ft_elementwise_job)
FT_RANGE_LAUNCH(convolution_forward, ft_convolution_job)
FT_RANGE_LAUNCH(convolution_backward, ft_convolution_job)
FT_RANGE_LAUNCH(scatter_add_rows, ft_rows_job)
FT_RANGE_LAUNCH(scatter_add_weighted, ft_weighted_rows_job)
FT_RANGE_LAUNCH(gather_weighted, ft_weighted_rows_job)
FT_RANGE_LAUNCH(add_row_products, ft_weighted_rows_job)
FT_RANGE_LAUNCH(rms_norm_forward, ft_rms_norm_job)
FT_RANGE_LAUNCH(rms_norm_backward_x, ft_rms_norm_backward_job)
FT_RANGE_LAUNCH(layer_norm_forward, ft_layer_norm_job)
FT_RANGE_LAUNCH(layer_norm_backward_x, ft_layer_norm_backward_job)
FT_RANGE_LAUNCH(argmax, ft_argmax_job)
FT_RANGE_LAUNCH(cross_entropy, ft_cross_entropy_job)
FT_RANGE_LAUNCH(divergence, ft_divergence_job)

// --- Moving rows and columns -------------------------------------------------------------------------

/// A thread an element of the rows that are gathered.
FT_KERNEL(ft_gather_rows, ft_rows_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.rows * job.channels) return;
  size_t row = i / job.channels, column = i % job.channels;
  job.out[i] = job.x[(size_t)job.indices[row] * job.channels + column];
}

/// A thread an element of the part.
FT_KERNEL(ft_take_columns, ft_cuda_columns_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.rows * job.part_columns) return;
  size_t row = i / job.part_columns, column = i % job.part_columns;
  size_t from = job.blocks.start + column / job.blocks.width * job.blocks.stride +
                column % job.blocks.width;
  job.part[i] = job.whole[row * job.whole_columns + from];
}

/// A thread a place in the blocks of a row, which it goes through in order: they may be the same
/// columns again and again.
FT_KERNEL(ft_add_columns, ft_cuda_columns_job, 256, 1) {
  size_t i = ft_thread_index(), width = job.blocks.width;
  if (i >= job.rows * width) return;
  size_t row = i / width, place = i % width;
  float *to = job.whole + row * job.whole_columns + job.blocks.start + place;
  const float *from = job.part + row * job.part_columns + place;
  for (size_t column = 0; column < job.part_columns; column += width) {
    *to += from[column];
    to += job.blocks.stride;
  }
}

/// Each block of threads adds the rows of one id, in order, to its row of the table.
FT_KERNEL(ft_embedding_groups, ft_cuda_groups_job, 256, 1) {
  const int32_t *rows = job.rows + job.starts[blockIdx.x];
  int32_t count = job.starts[blockIdx.x + 1] - job.starts[blockIdx.x];
  float *out = job.table + (size_t)job.ids[blockIdx.x] * job.channels;
  for (size_t column = threadIdx.x; column < job.channels; column += blockDim.x) {
    float sum = out[column];
    for (int32_t i = 0; i < count; i++) sum += job.x[(size_t)rows[i] * job.channels + column];
    out[column] = sum;
  }
}

// --- Sums of columns: one chain over ascending rows each ----------------------------------------------

/// Rows that a block of threads reads at a time, and columns.
constexpr int chain_rows = 64, chain_columns = 32;

/// The term of a column's sum at `place`, of row `row`, and the chain's next number.
FT_INLINE float next_of_chain(const ft_cuda_chain_job *job, float sum, float a, float b) {
  return job->kind == FT_CHAIN_SUM ? sum + a : __fmaf_rn(a, b, sum);
}

/// The second factor of a term.
FT_INLINE float chain_factor(const ft_cuda_chain_job *job, size_t row, size_t place) {
  switch (job->kind) {
    case FT_CHAIN_SUM: return 0;
    case FT_CHAIN_PRODUCTS: return job->b[place];
    case FT_CHAIN_NORM: return job->b[place] * job->inverse[row];
    case FT_CHAIN_CENTRED: return (job->b[place] - job->mean[row]) * job->inverse[row];
  }
  return 0;
}

/// All threads read a tile of rows and columns, then a warp walks the chains of the columns.
FT_KERNEL(ft_column_chains, ft_cuda_chain_job, 256, 1) {
  __shared__ float a[chain_rows][chain_columns], b[chain_rows][chain_columns];
  size_t first = (size_t)blockIdx.x * chain_columns;
  size_t column = first + threadIdx.x % chain_columns;
  bool is_there = column < job.channels;
  bool walks = threadIdx.x < chain_columns && is_there;
  float sum = walks ? job.sums[column] : 0;
  for (size_t start = 0; start < job.rows; start += chain_rows) {
    size_t rows = job.rows - start < chain_rows ? job.rows - start : chain_rows;
    for (size_t row = threadIdx.x / chain_columns; row < rows && is_there;
         row += blockDim.x / chain_columns) {
      size_t place = (start + row) * job.channels + column;
      a[row][threadIdx.x % chain_columns] = job.a[place];
      b[row][threadIdx.x % chain_columns] = chain_factor(&job, start + row, place);
    }
    __syncthreads();
    if (walks)
      for (size_t row = 0; row < rows; row++)
        sum = next_of_chain(&job, sum, a[row][threadIdx.x], b[row][threadIdx.x]);
    __syncthreads();
  }
  if (walks) job.sums[column] = sum;
}
