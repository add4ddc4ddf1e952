// Reductions of a whole tensor, one number a stretch.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

typedef double d16 __attribute__((vector_size(128), aligned(64)));

/// The sum of squares of one stretch, in sixteen lanes of double: the square of a float is exact
/// there, and no square overflows.
FT_INLINE double sum_of_squares(const float *x, size_t width) {
  d16 sums = {0};
  FT_EACH_LANES(i, count, 0, width, {
    d16 value = __builtin_convertvector(v16_load_some(x + i, count), d16);
    sums += value * value;
  });
  double lanes[FT_LANES];
  memcpy(lanes, &sums, sizeof lanes);
  for (size_t apart = FT_LANES / 2; apart > 0; apart /= 2)
    for (size_t i = 0; i < apart; i++) lanes[i] += lanes[i + apart];
  return lanes[0];
}

/// The range is of stretches.
FT_RANGE_KERNEL(sums_of_squares) {
  const ft_reduction_job *job = context;
  for (size_t stretch = begin; stretch < end; stretch++) {
    size_t first = stretch * FT_STRETCH;
    size_t left = job->count - first;
    job->sums[stretch] = sum_of_squares(job->x + first, left < FT_STRETCH ? left : FT_STRETCH);
  }
}

/// The range is of elements; infinite and NaN have all bits of the exponent set.
FT_RANGE_KERNEL(all_finite) {
  const ft_reduction_job *job = context;
  const i16 exponent = i16_splat(0x7f800000);
  i16 found = i16_splat(0);
  FT_EACH_LANES(i, count, begin, end, {
    i16 bits = (i16)v16_load_some(job->x + i, count);
    found |= (bits & exponent) == exponent;
  });
  int32_t any = 0;
  for (size_t i = 0; i < FT_LANES; i++) any |= found[i];
  if (any != 0) __atomic_store_n(job->found_infinite, 1, __ATOMIC_RELAXED);
}
