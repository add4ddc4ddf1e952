// One step of gradient descent, in one pass over weight, velocity and gradient.
// Source: Sutskever et al. 2013, in the form of PyTorch's SGD: the velocity holds no rate.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

FT_RANGE_KERNEL(sgd) {
  const ft_sgd_job *job = context;
  const v16 momentum = v16_splat(job->momentum), decay = v16_splat(job->decay);
  const v16 rate = v16_splat(job->rate), gradient_scale = v16_splat(job->gradient_scale);
  FT_EACH_LANES(i, count, begin, end, {
    v16 weight = v16_load_some(job->weight + i, count);
    v16 g = v16_load_some(job->gradient + i, count) * gradient_scale;
    v16 step = v16_fma(decay, weight, g);
    if (job->velocity != NULL) {
      v16 velocity = v16_fma(momentum, v16_load_some(job->velocity + i, count), step);
      v16_store_some(job->velocity + i, velocity, count);
      step = job->is_nesterov ? v16_fma(momentum, velocity, step) : velocity;
    }
    v16_store_some(job->weight + i, v16_fma(-rate, step, weight), count);
  });
}
