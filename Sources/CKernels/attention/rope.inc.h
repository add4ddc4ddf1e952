// Rotary position embedding; pairs are (i, i + W/2) of the first W numbers of a head, or neighbours.
// Source: Su et al. 2021, arXiv:2104.09864, equation 34, with the pairs of Hugging Face's llama.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// Turns the pairs (first[i], second[i]), `half` of them.
FT_INLINE void turn_pairs(float *first, float *second, const float *cosine, const float *sine,
                          v16 direction, size_t half) {
  FT_EACH_LANES(i, count, 0, half, {
    v16 c = v16_load_some(cosine + i, count);
    v16 s = v16_load_some(sine + i, count) * direction;
    v16 a = v16_load_some(first + i, count);
    v16 b = v16_load_some(second + i, count);
    v16_store_some(first + i, v16_fma(-b, s, a * c), count);
    v16_store_some(second + i, v16_fma(a, s, b * c), count);
  });
}

/// As `turn_pairs` for pairs of neighbours, which are taken apart for it, sixteen at a time.
FT_INLINE void turn_neighbours(float *x, const float *cosine, const float *sine, v16 direction,
                               size_t half) {
  float first[FT_LANES], second[FT_LANES];
  for (size_t start = 0; start < half; start += FT_LANES) {
    size_t count = half - start < FT_LANES ? half - start : FT_LANES;
    for (size_t i = 0; i < count; i++) {
      first[i] = x[2 * (start + i)];
      second[i] = x[2 * (start + i) + 1];
    }
    turn_pairs(first, second, cosine + start, sine + start, direction, count);
    for (size_t i = 0; i < count; i++) {
      x[2 * (start + i)] = first[i];
      x[2 * (start + i) + 1] = second[i];
    }
  }
}

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
      if (job->interleaved)
        turn_neighbours(x, cosine, sine, direction, half);
      else
        turn_pairs(x, x + half, cosine, sine, direction, half);
    }
  }
}
