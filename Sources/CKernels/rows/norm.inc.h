// Root-mean-square norm, forward and backward.
// Source: Zhang and Sennrich 2019, arXiv:1910.07467, equation 4.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// What the elements from i on are multiplied by.
FT_INLINE v16 norm_weight(const float *weight, float offset, size_t i, size_t count) {
  return v16_splat(offset) + v16_load_some(weight + i, count);
}

/// The range is of rows.
FT_RANGE_KERNEL(rms_norm_forward) {
  const ft_rms_norm_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->channels;
    float *y = job->y + row * job->channels;
    v16 squares = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 value = v16_load_some(x + i, count);
      squares = v16_fma(value, value, squares);
    });
    float mean = v16_sum(squares) / (float)job->channels;
    float inverse = 1 / __builtin_sqrtf(mean + job->epsilon);
    job->inverse_rms[row] = inverse;
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 normal = v16_load_some(x + i, count) * v16_splat(inverse);
      v16_store_some(y + i, normal * norm_weight(job->weight, job->offset, i, count), count);
    });
  }
}

/// dx += inverse · (dy · weight − x · inverse² · mean(dy · weight · x)); the range is of rows.
FT_RANGE_KERNEL(rms_norm_backward_x) {
  const ft_rms_norm_backward_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->channels;
    const float *dy = job->dy + row * job->channels;
    float *dx = job->dx + row * job->channels;
    v16 products = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 scaled = v16_load_some(dy + i, count) * norm_weight(job->weight, job->offset, i, count);
      products = v16_fma(scaled, v16_load_some(x + i, count), products);
    });
    float inverse = job->inverse_rms[row];
    float mean = v16_sum(products) / (float)job->channels;
    v16 pull = v16_splat(-(inverse * inverse * mean));
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 scaled = v16_load_some(dy + i, count) * norm_weight(job->weight, job->offset, i, count);
      v16 slope = v16_fma(v16_load_some(x + i, count), pull, scaled);
      v16 sum = v16_fma(slope, v16_splat(inverse), v16_load_some(dx + i, count));
      v16_store_some(dx + i, sum, count);
    });
  }
}

/// dweight += Σ dy · x · inverse; the range is of columns, each one chain over ascending rows.
FT_RANGE_KERNEL(rms_norm_backward_weight) {
  const ft_rms_norm_backward_job *job = context;
  for (size_t row = 0; row < job->rows; row++) {
    const float *x = job->x + row * job->channels;
    const float *dy = job->dy + row * job->channels;
    v16 inverse = v16_splat(job->inverse_rms[row]);
    FT_EACH_LANES(i, count, begin, end, {
      v16 normal = v16_load_some(x + i, count) * inverse;
      v16 sum = v16_fma(v16_load_some(dy + i, count), normal,
                        v16_load_some(job->dweight + i, count));
      v16_store_some(job->dweight + i, sum, count);
    });
  }
}
