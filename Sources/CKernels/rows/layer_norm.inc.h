// Layer norm, forward and backward.
// Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450, equation 4.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// (x − mean) of the lanes there are, 0 in the others.
FT_INLINE v16 centred(const float *x, float mean, size_t count) {
  v16 value = v16_load_some(x, count) - v16_splat(mean);
  return count == FT_LANES ? value : v16_keep(value, count, 0);
}

/// The range is of rows.
FT_RANGE_KERNEL(layer_norm_forward) {
  const ft_layer_norm_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->channels;
    float *y = job->y + row * job->channels;
    v16 sum = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, { sum += v16_load_some(x + i, count); });
    float mean = v16_sum(sum) / (float)job->channels;
    v16 squares = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 value = centred(x + i, mean, count);
      squares = v16_fma(value, value, squares);
    });
    float variance = v16_sum(squares) / (float)job->channels;
    float inverse = 1 / __builtin_sqrtf(variance + job->epsilon);
    job->mean[row] = mean;
    job->inverse[row] = inverse;
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 normal = centred(x + i, mean, count) * v16_splat(inverse);
      v16 level = job->bias == NULL ? v16_splat(0) : v16_load_some(job->bias + i, count);
      v16_store_some(y + i, v16_fma(normal, v16_load_some(job->weight + i, count), level), count);
    });
  }
}

/// dx += inverse · (g − mean(g) − n · mean(g · n)) with g = dy · weight and n = (x − mean) ·
/// inverse; the range is of rows.
FT_RANGE_KERNEL(layer_norm_backward_x) {
  const ft_layer_norm_backward_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->channels;
    const float *dy = job->dy + row * job->channels;
    float *dx = job->dx + row * job->channels;
    float mean = job->mean[row];
    v16 inverse = v16_splat(job->inverse[row]);
    v16 sum = v16_splat(0);
    v16 products = v16_splat(0);
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 slope = v16_load_some(dy + i, count) * v16_load_some(job->weight + i, count);
      sum += slope;
      products = v16_fma(slope, centred(x + i, mean, count) * inverse, products);
    });
    v16 level = v16_splat(v16_sum(sum) / (float)job->channels);
    v16 pull = v16_splat(-(v16_sum(products) / (float)job->channels));
    FT_EACH_LANES(i, count, 0, job->channels, {
      v16 slope = v16_load_some(dy + i, count) * v16_load_some(job->weight + i, count) - level;
      slope = v16_fma(centred(x + i, mean, count) * inverse, pull, slope);
      v16_store_some(dx + i, v16_fma(slope, inverse, v16_load_some(dx + i, count)), count);
    });
  }
}

/// dweight += Σ dy · (x − mean) · inverse; the range is of columns, each one chain over
/// ascending rows.
FT_RANGE_KERNEL(layer_norm_backward_weight) {
  const ft_layer_norm_backward_job *job = context;
  for (size_t row = 0; row < job->rows; row++) {
    const float *x = job->x + row * job->channels;
    const float *dy = job->dy + row * job->channels;
    v16 inverse = v16_splat(job->inverse[row]);
    FT_EACH_LANES(i, count, begin, end, {
      v16 normal = centred(x + i, job->mean[row], count) * inverse;
      v16 sum = v16_fma(v16_load_some(dy + i, count), normal,
                        v16_load_some(job->dweight + i, count));
      v16_store_some(job->dweight + i, sum, count);
    });
  }
}
