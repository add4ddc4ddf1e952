// Sums into rows named by an index.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_INLINE void add_part(float *out, const float *x, size_t begin, size_t end) {
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(out + i, v16_load_some(out + i, count) + v16_load_some(x + i, count), count);
  });
}

/// The range is of columns, and rows ascend: ids may repeat.
FT_RANGE_KERNEL(embedding_backward) {
  const ft_rows_job *job = context;
  for (size_t row = 0; row < job->rows; row++)
    add_part(job->out + (size_t)job->indices[row] * job->channels, job->x + row * job->channels,
             begin, end);
}

/// The range is of rows, whose targets are distinct.
FT_RANGE_KERNEL(scatter_add_rows) {
  const ft_rows_job *job = context;
  for (size_t row = begin; row < end; row++)
    add_part(job->out + (size_t)job->indices[row] * job->channels, job->x + row * job->channels, 0,
             job->channels);
}
