// Root-mean-square norm: threads divide the rows, and for the gradient of the weight the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_rms_norm_forward(const ft_rms_norm_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->channels), ft_path()->rms_norm_forward, job);
}

void ft_rms_norm_backward(const ft_rms_norm_backward_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->channels), ft_path()->rms_norm_backward_x, job);
  if (job->dweight == NULL) return;
  ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->rms_norm_backward_weight, job);
}
