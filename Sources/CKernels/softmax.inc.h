// Softmax of rows, and the row statistics that cross-entropy shares with it.
#include "lane_math.h"
#include "loops.h"
#include "range_kernels.h"

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
