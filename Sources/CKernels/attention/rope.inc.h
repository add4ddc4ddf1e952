// Rotary position embedding; pairs are (i, i + W/2) of the first W numbers of a head.
// Source: Su et al. 2021, arXiv:2104.09864, equation 34, with the pairs of Hugging Face's llama.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// The range is of rows.
FT_RANGE_KERNEL(rope) {
  const ft_rope_job *job = context;
  size_t half = job->turned_width / 2;
  v16 direction = v16_splat(job->inverse ? -1 : 1);
  for (size_t row = begin; row < end; row++) {
    const float *cosine = job->cosine + (size_t)job->positions[row] * half;
    const float *sine = job->sine + (size_t)job->positions[row] * half;
    for (size_t head = 0; head < job->heads; head++) {
      float *x = job->x + (row * job->heads + head) * job->head_width;
      FT_EACH_LANES(i, count, 0, half, {
        v16 c = v16_load_some(cosine + i, count);
        v16 s = v16_load_some(sine + i, count) * direction;
        v16 a = v16_load_some(x + i, count);
        v16 b = v16_load_some(x + half + i, count);
        v16_store_some(x + i, v16_fma(-b, s, a * c), count);
        v16_store_some(x + half + i, v16_fma(a, s, b * c), count);
      });
    }
  }
}
