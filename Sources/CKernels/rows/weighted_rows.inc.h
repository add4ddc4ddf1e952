// Rows that go to an expert and come back: each times the weight that its token gave the expert.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// Where the weight of a row stands, or its product goes.
FT_INLINE size_t weight_place(const ft_weighted_rows_job *job, size_t row) {
  return job->places == NULL ? row : (size_t)job->places[row];
}

/// The range is of rows, whose targets are distinct.
FT_RANGE_KERNEL(scatter_add_weighted) {
  const ft_weighted_rows_job *job = context;
  for (size_t row = begin; row < end; row++) {
    float *out = job->out + (size_t)job->indices[row] * job->channels;
    const float *x = job->x + row * job->channels;
    v16 weight = v16_splat(job->weights[weight_place(job, row)]);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 sum = v16_fma(weight, v16_load_some(x + i, count), v16_load_some(out + i, count));
      v16_store_some(out + i, sum, count);
    });
  }
}

/// The range is of rows.
FT_RANGE_KERNEL(gather_weighted) {
  const ft_weighted_rows_job *job = context;
  for (size_t row = begin; row < end; row++) {
    float *out = job->out + row * job->channels;
    const float *x = job->x + (size_t)job->indices[row] * job->channels;
    v16 weight = v16_splat(job->weights[weight_place(job, row)]);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16_store_some(out + i, weight * v16_load_some(x + i, count), count);
    });
  }
}

/// The range is of rows, whose places are distinct.
FT_RANGE_KERNEL(add_row_products) {
  const ft_weighted_rows_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + (size_t)job->indices[row] * job->channels;
    const float *y = job->y + row * job->channels;
    v16 sum = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      sum = v16_fma(v16_load_some(x + i, count), v16_load_some(y + i, count), sum);
    });
    float *to = job->out + weight_place(job, row);
    float before = *to;
    FT_LANES_MEET();
    *to = before + v16_sum(sum);
  }
}
