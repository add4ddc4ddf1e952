// Layer norm: threads divide the rows, and for the gradients of weight and bias the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_layer_norm_forward(const ft_layer_norm_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->channels), ft_path()->layer_norm_forward, job);
}

void ft_layer_norm_backward(const ft_layer_norm_backward_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->channels), ft_path()->layer_norm_backward_x, job);
  if (job->dweight != NULL)
    ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->layer_norm_backward_weight, job);
  if (job->dbias != NULL) ft_bias_backward(job->dbias, job->dy, job->rows, job->channels);
}
