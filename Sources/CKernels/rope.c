// Rotary position embedding: the tables in double, the rotation divided by rows.
#include "ft_numerics.h"
#include "paths.h"
#include "range_kernels.h"

typedef struct {
  float *cosine, *sine;
  const double *inverse_frequencies;
  size_t half_width;
} table_job;

static void fill_table_rows(void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const table_job *job = context;
  for (size_t t = begin; t < end; t++)
    for (size_t i = 0; i < job->half_width; i++) {
      double angle = (double)t * job->inverse_frequencies[i];
      job->cosine[t * job->half_width + i] = (float)ft_cos64(angle);
      job->sine[t * job->half_width + i] = (float)ft_sin64(angle);
    }
}

void ft_rope_table(float *cosine, float *sine, const double *inverse_frequencies, size_t time,
                   size_t half_width) {
  table_job job = {cosine, sine, inverse_frequencies, half_width};
  ft_parallel(time, 8, fill_table_rows, &job);
}

void ft_rope(float *x, const int32_t *positions, const float *cosine, const float *sine,
             bool inverse, size_t rows, size_t heads, size_t head_width, size_t turned_width) {
  ft_rope_job job = {x, positions, cosine, sine, inverse, heads, head_width, turned_width};
  ft_parallel(rows, ft_row_grain(heads * head_width), ft_path()->rope, &job);
}
