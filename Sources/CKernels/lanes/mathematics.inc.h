// exp, tanh and erf of an array.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_RANGE_KERNEL(exponential) {
  const ft_elementwise_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, v16_exp(v16_load_some(job->a + i, count)), count);
  });
}

FT_RANGE_KERNEL(hyperbolic_tangent) {
  const ft_elementwise_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, v16_tanh(v16_load_some(job->a + i, count)), count);
  });
}

FT_RANGE_KERNEL(error_function) {
  const ft_elementwise_job *job = context;
  FT_EACH_LANES(i, count, begin, end, {
    v16_store_some(job->out + i, v16_erf(v16_load_some(job->a + i, count)), count);
  });
}
