// Rotary position embedding: the tables in double, the rotation divided by rows.
#include "ft_numerics.h"
#include "paths/paths.h"
#include "paths/range_kernels.h"

typedef struct {
  float *cosine, *sine;
  const double *inverse_frequencies;
  size_t half_width;
} table_job;

static void fill_table_rows(const void *context, size_t begin, size_t end, size_t thread) {
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

void ft_rope(const ft_rope_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->heads * job->head_width), ft_path()->rope, job);
}
