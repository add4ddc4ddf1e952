// The optimizers' steps: threads divide the elements, the rows, or, for their means, the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_adamw(const ft_adamw_job *job) {
  ft_parallel(job->n, FT_ELEMENT_GRAIN, ft_path()->adamw, job);
}

void ft_sgd(const ft_sgd_job *job) {
  ft_parallel(job->n, FT_ELEMENT_GRAIN, ft_path()->sgd, job);
}

void ft_lion(const ft_lion_job *job) {
  ft_parallel(job->n, FT_ELEMENT_GRAIN, ft_path()->lion, job);
}

/// Brings the means of squares up to date; the step before clipping takes the gradient's place.
static void step_matrix(const ft_adafactor_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->columns), ft_path()->adafactor_rows, job);
  ft_parallel(job->columns, FT_COLUMN_GRAIN, ft_path()->adafactor_columns, job);
  double sum = 0;
  for (size_t i = 0; i < job->rows; i++) sum += job->row[i];
  float mean = (float)(sum / (double)job->rows);
  ft_adafactor_pass pass = {*job, &mean};
  ft_parallel(job->rows, ft_row_grain(job->columns), ft_path()->adafactor_matrix_step, &pass);
}

void ft_adafactor(const ft_adafactor_job *job) {
  size_t n = job->rows * job->columns;
  if (n == 0) return;
  if (job->column != NULL)
    step_matrix(job);
  else
    ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adafactor_vector_step, job);
  // The step is scaled down to a mean square of 1.
  double size = __builtin_sqrt(ft_sum_of_squares(job->gradient, n) / (double)n);
  float rate = size > 1 ? (float)(job->rate / size) : job->rate;
  ft_adafactor_pass pass = {*job, &rate};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adafactor_apply, &pass);
}
