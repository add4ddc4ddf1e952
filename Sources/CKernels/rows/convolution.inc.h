// Causal convolution, each channel by itself: the lanes are channels, whose weights stay in registers.
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// The weights of `count` channels from `channel` on: `taps` vectors, one a place of the window.
FT_INLINE void load_taps(v16 *taps, const float *weight, size_t channel, size_t count, size_t size) {
  for (size_t k = 0; k < size; k++)
    taps[k] = v16_load_strided(weight + channel * size + k, size, count);
}

FT_INLINE void store_taps(float *weight, const v16 *taps, size_t channel, size_t count, size_t size) {
  for (size_t k = 0; k < size; k++)
    v16_store_strided(weight + channel * size + k, size, taps[k], count);
}

/// The first place of the window that there is a row for, of the row at `place` of its sequence.
FT_INLINE size_t first_tap(size_t size, size_t place) {
  return place + 1 < size ? size - 1 - place : 0;
}

/// The range is of channels.
FT_RANGE_KERNEL(convolution_forward) {
  const ft_convolution_job *job = context;
  const size_t channels = job->channels, size = job->size;
  FT_EACH_LANES(c, count, begin, end, {
    v16 taps[FT_CONVOLUTION_LIMIT];
    load_taps(taps, job->weight, c, count, size);
    v16 bias = job->bias ? v16_load_some(job->bias + c, count) : v16_splat(0);
    for (size_t s = 0; s < job->sequence_count; s++) {
      ft_sequence stretch = job->sequences[s];
      size_t before = stretch.key_count - stretch.query_count;
      for (size_t t = 0; t < stretch.query_count; t++) {
        size_t place = before + t;
        v16 sum = bias;
        for (size_t k = first_tap(size, place); k < size; k++) {
          const float *x = job->x + (stretch.key_start + place + k + 1 - size) * channels + c;
          sum = v16_fma(taps[k], v16_load_some(x, count), sum);
        }
        v16_store_some(job->out + (stretch.query_start + t) * channels + c, sum, count);
      }
    }
  });
}

/// The range is of channels; stretches have no rows before theirs.
FT_RANGE_KERNEL(convolution_backward) {
  const ft_convolution_job *job = context;
  const size_t channels = job->channels, size = job->size;
  FT_EACH_LANES(c, count, begin, end, {
    v16 taps[FT_CONVOLUTION_LIMIT];
    v16 sums[FT_CONVOLUTION_LIMIT];
    load_taps(taps, job->weight, c, count, size);
    if (job->dweight) load_taps(sums, job->dweight, c, count, size);
    for (size_t s = 0; s < job->sequence_count; s++) {
      ft_sequence stretch = job->sequences[s];
      const float *x = job->x + stretch.key_start * channels + c;
      const float *dout = job->dout + stretch.query_start * channels + c;
      for (size_t t = 0; t < stretch.query_count; t++) {
        // What row t gave to later rows and itself, the nearest first.
        v16 dx = v16_splat(0);
        for (size_t k = size; k-- > 0;) {
          size_t later = t + size - 1 - k;
          if (later >= stretch.query_count) break;
          dx = v16_fma(taps[k], v16_load_some(dout + later * channels, count), dx);
        }
        v16_store_some(job->dx + (stretch.key_start + t) * channels + c, dx, count);
        if (!job->dweight) continue;
        v16 gradient = v16_load_some(dout + t * channels, count);
        for (size_t k = first_tap(size, t); k < size; k++)
          sums[k] = v16_fma(gradient, v16_load_some(x + (t + k + 1 - size) * channels, count), sums[k]);
      }
    }
    if (job->dweight) store_taps(job->dweight, sums, c, count, size);
  });
}
