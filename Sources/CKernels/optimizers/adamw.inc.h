// One AdamW step, in one pass over weight, moments and gradient.
// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_RANGE_KERNEL(adamw) {
  const ft_adamw_job *job = context;
  const v16 beta1 = v16_splat(job->beta1), beta2 = v16_splat(job->beta2);
  const v16 fresh1 = v16_splat(job->fresh1), fresh2 = v16_splat(job->fresh2);
  const v16 correction1 = v16_splat(1 / job->correction1);
  const v16 correction2 = v16_splat(1 / job->correction2);
  const v16 kept = v16_splat(job->kept);
  const v16 rate = v16_splat(job->rate), epsilon = v16_splat(job->epsilon);
  const v16 gradient_scale = v16_splat(job->gradient_scale);
  FT_EACH_LANES(i, count, begin, end, {
    v16 g = v16_load_some(job->gradient + i, count) * gradient_scale;
    v16 m = v16_fma(beta1, v16_load_some(job->m + i, count), fresh1 * g);
    v16 v = v16_fma(beta2, v16_load_some(job->v + i, count), fresh2 * (g * g));
    v16_store_some(job->m + i, m, count);
    v16_store_some(job->v + i, v, count);
    v16 step = m * correction1 / (v16_sqrt(v * correction2) + epsilon);
    v16 weight = v16_load_some(job->weight + i, count) * kept;
    v16_store_some(job->weight + i, v16_fma(-rate, step, weight), count);
  });
}
