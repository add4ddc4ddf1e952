// Elementwise kernels, and the sum of rows.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_RANGE_KERNEL(fill) {
  const ft_elementwise_job *job = context;
  v16 value = v16_splat(job->factor);
  FT_EACH_LANES(i, count, begin, end, { v16_store_some(job->out + i, value, count); });
}

FT_RANGE_KERNEL(add) {
  const ft_elementwise_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 sum = v16_load_some(job->a + i, count) + v16_load_some(job->b + i, count);
    v16_store_some(job->out + i, sum, count);
  });
}

FT_RANGE_KERNEL(scale) {
  const ft_elementwise_job *job = context;
  v16 factor = v16_splat(job->factor);
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, v16_load_some(job->a + i, count) * factor, count);
  });
}

FT_RANGE_KERNEL(multiply) {
  const ft_elementwise_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16 product = v16_load_some(job->a + i, count) * v16_load_some(job->b + i, count);
    v16_store_some(job->out + i, product, count);
  });
}

/// The range is of rows.
FT_RANGE_KERNEL(add_bias) {
  const ft_elementwise_job *job = context;
  for (size_t row = begin; row < end; row++) {
    float *out = job->out + row * job->channels;
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 sum = v16_load_some(out + i, count) + v16_load_some(job->a + i, count);
      v16_store_some(out + i, sum, count);
    });
  }
}

/// The range is of columns: each column is one chain over ascending rows.
FT_RANGE_KERNEL(bias_backward) {
  const ft_elementwise_job *job = context;
  for (size_t row = 0; row < job->rows; row++) {
    const float *dy = job->a + row * job->channels;
    FT_EACH_LANES(i, count, begin, end, {
      v16 sum = v16_load_some(job->out + i, count) + v16_load_some(dy + i, count);
      v16_store_some(job->out + i, sum, count);
    });
  }
}
