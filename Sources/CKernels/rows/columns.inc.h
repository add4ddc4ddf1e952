// A factor a column, and the norms of rows: what a weight-decomposed adapter is made of.
// Source: Liu et al. 2024, arXiv:2402.09353, equation 5.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// The range is of rows.
FT_RANGE_KERNEL(inverse_row_norms) {
  const ft_elementwise_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->a + row * job->channels;
    v16 squares = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 value = v16_load_some(x + i, count);
      squares = v16_fma(value, value, squares);
    });
    float sum = v16_sum(squares);
    job->out[row] = sum == 0 ? 0 : 1 / __builtin_sqrtf(sum);
  }
}

/// The range is of rows.
FT_RANGE_KERNEL(scale_columns) {
  const ft_elementwise_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->a + row * job->channels;
    float *out = job->out + row * job->channels;
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 scaled = v16_load_some(x + i, count) * v16_load_some(job->b + i, count);
      v16_store_some(out + i, scaled, count);
    });
  }
}

/// The range is of columns: each column is one chain over ascending rows.
FT_RANGE_KERNEL(column_products) {
  const ft_elementwise_job *job = context;
  for (size_t row = 0; row < job->rows; row++) {
    const float *a = job->a + row * job->channels;
    const float *b = job->b + row * job->channels;
    FT_EACH_LANES(i, count, begin, end, {
      v16 sum = v16_fma(v16_load_some(a + i, count), v16_load_some(b + i, count),
                        v16_load_some(job->out + i, count));
      v16_store_some(job->out + i, sum, count);
    });
  }
}
