// Rotary position embedding; pairs are (i, i + W/2) of the first W numbers of a head, or neighbours.
// Source: Su et al. 2021, arXiv:2104.09864, equation 34, with the pairs of Hugging Face's llama.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// Turns sixteen pairs (a, b) by the angles of `cosine` and `sine`.
FT_INLINE void turn_lanes(v16 *a, v16 *b, const float *cosine, const float *sine, v16 direction,
                          size_t count) {
  v16 c = v16_load_some(cosine, count);
  v16 s = v16_load_some(sine, count) * direction;
  v16 first = *a;
  *a = v16_fma(-*b, s, first * c);
  *b = v16_fma(first, s, *b * c);
}

/// Turns the pairs (first[i], second[i]), `half` of them.
FT_INLINE void turn_pairs(float *first, float *second, const float *cosine, const float *sine,
                          v16 direction, size_t half) {
  FT_EACH_LANES(i, count, 0, half, {
    v16 a = v16_load_some(first + i, count), b = v16_load_some(second + i, count);
    turn_lanes(&a, &b, cosine + i, sine + i, direction, count);
    v16_store_some(first + i, a, count);
    v16_store_some(second + i, b, count);
  });
}

/// As `turn_pairs` for pairs of neighbours.
FT_INLINE void turn_neighbours(float *x, const float *cosine, const float *sine, v16 direction,
                               size_t half) {
  FT_EACH_LANES(i, count, 0, half, {
    v16 a = v16_load_strided(x + 2 * i, 2, count), b = v16_load_strided(x + 2 * i + 1, 2, count);
    turn_lanes(&a, &b, cosine + i, sine + i, direction, count);
    v16_store_strided(x + 2 * i, 2, a, count);
    v16_store_strided(x + 2 * i + 1, 2, b, count);
  });
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
