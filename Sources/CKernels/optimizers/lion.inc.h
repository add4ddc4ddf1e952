// One Lion step, in one pass over weight, momentum and gradient.
// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_RANGE_KERNEL(lion) {
  const ft_lion_job *job = context;
  const v16 beta1 = v16_splat(job->beta1), beta2 = v16_splat(job->beta2);
  const v16 fresh1 = v16_splat(job->fresh1), fresh2 = v16_splat(job->fresh2);
  const v16 kept = v16_splat(job->kept), rate = v16_splat(job->rate), zero = v16_splat(0);
  const v16 gradient_scale = v16_splat(job->gradient_scale);
  FT_EACH_LANES(i, count, begin, end, {
    v16 g = v16_load_some(job->gradient + i, count) * gradient_scale;
    v16 m = v16_load_some(job->m + i, count);
    v16 mixed = v16_fma(beta1, m, fresh1 * g);
    // The sign: 0 for 0, so that a weight without a gradient stays.
    v16 step = v16_select(mixed > zero, rate, v16_select(mixed < zero, -rate, zero));
    v16 weight = v16_load_some(job->weight + i, count) * kept;
    v16_store_some(job->weight + i, weight - step, count);
    v16_store_some(job->m + i, v16_fma(beta2, m, fresh2 * g), count);
  });
}
