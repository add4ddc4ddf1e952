// Softmax of rows, and the row statistics that cross-entropy shares with it.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// The largest element of a row, NaN aside.
FT_INLINE float row_largest(const float *x, size_t width) {
  v16 largest = v16_splat(-__builtin_inff());
  FT_EACH_LANES(i, count, 0, width, {
    v16 value = count == FT_LANES ? v16_load(x + i)
                                  : v16_load_part(x + i, count, -__builtin_inff());
    largest = v16_max(value, largest);
  });
  return v16_largest(largest);
}

/// Σ exp(x − shift) of a row, in sixteen lanes; stores the terms when `out` is not NULL.
FT_INLINE float row_exponentials(float *out, const float *x, float shift, size_t width) {
  v16 sum = v16_splat(0);
  FT_EACH_LANES(i, count, 0, width, {
    v16 term = v16_exp(v16_load_some(x + i, count) - v16_splat(shift));
    sum += count == FT_LANES ? term : v16_keep(term, count, 0);
    if (out != NULL) v16_store_some(out + i, term, count);
  });
  return v16_sum(sum);
}

/// The range is of rows.
FT_RANGE_KERNEL(softmax) {
  const ft_softmax_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->width;
    float *out = job->out + row * job->width;
    float sum = row_exponentials(out, x, row_largest(x, job->width), job->width);
    v16 inverse = v16_splat(1 / sum);
    FT_EACH_LANES(i, count, 0, job->width, {
      v16_store_some(out + i, v16_load_some(out + i, count) * inverse, count);
    });
  }
}

/// The first place of a row that holds `value`; 0 when none does.
FT_INLINE size_t first_place(const float *x, size_t width, float value) {
  for (size_t i = 0; i < width; i += FT_LANES) {
    size_t count = width - i < FT_LANES ? width - i : FT_LANES;
    v16 lanes = count == FT_LANES ? v16_load(x + i)
                                  : v16_load_part(x + i, count, __builtin_nanf(""));
    i16 same = lanes == v16_splat(value);
    if (__builtin_reduce_or(same) == 0) continue;
    for (size_t lane = 0; lane < FT_LANES; lane++)
      if (same[lane]) return i + lane;
  }
  return 0;
}

/// The range is of rows.
FT_RANGE_KERNEL(argmax) {
  const ft_argmax_job *job = context;
  for (size_t row = begin; row < end; row++) {
    const float *x = job->x + row * job->width;
    job->out[row] = (int32_t)first_place(x, job->width, row_largest(x, job->width));
  }
}

/// The range is of elements.
FT_RANGE_KERNEL(likelihoods) {
  const ft_likelihoods_job *job = context;
  v16 largest = v16_splat(job->largest), temperature = v16_splat(job->temperature);
  FT_EACH_LANES(i, count, begin, end, {
    v16 score = (v16_load_some(job->x + i, count) - largest) / temperature;
    v16_store_some(job->out + i, v16_exp(score), count);
  });
}
