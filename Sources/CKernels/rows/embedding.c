// Rows copied from, and summed into, a table.
#include <string.h>

#include "paths/paths.h"
#include "paths/range_kernels.h"

static void copy_rows(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const ft_rows_job *job = context;
  for (size_t row = begin; row < end; row++)
    memcpy(job->out + row * job->channels, job->x + (size_t)job->indices[row] * job->channels,
           job->channels * sizeof(float));
}

void ft_gather_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                    size_t rows, size_t channels) {
  ft_rows_job job = {out, x, indices, rows, channels};
  ft_parallel(rows, ft_row_grain(channels), copy_rows, &job);
}

void ft_embedding_backward(float *restrict dtable, const float *restrict dout, const int32_t *ids,
                           size_t rows, size_t channels) {
  ft_rows_job job = {dtable, dout, ids, rows, channels};
  ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->embedding_backward, &job);
}

void ft_scatter_add_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                         size_t rows, size_t channels) {
  ft_rows_job job = {out, x, indices, rows, channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->scatter_add_rows, &job);
}
