// The optimizers' steps: threads divide the elements, the rows, or for means of columns the columns.
#include "paths.h"
#include "range_kernels.h"

void ft_adamw(float *restrict weight, float *restrict m, float *restrict v,
              const float *restrict gradient, ft_adamw_settings settings, size_t n) {
  ft_adamw_job job = {weight, m, v, gradient, settings};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adamw, &job);
}

void ft_sgd(float *restrict weight, float *restrict velocity, const float *restrict gradient,
            ft_sgd_settings settings, size_t n) {
  ft_sgd_job job = {weight, velocity, gradient, settings};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->sgd, &job);
}

void ft_lion(float *restrict weight, float *restrict m, const float *restrict gradient,
             ft_lion_settings settings, size_t n) {
  ft_lion_job job = {weight, m, gradient, settings};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->lion, &job);
}

/// Scales the step, which lies in the gradient's place, down to a mean square of 1, and takes it.
static void apply_adafactor(ft_adafactor_job *job, size_t n) {
  double size = __builtin_sqrt(ft_sum_of_squares(job->gradient, n) / (double)n);
  if (size > 1) job->settings.rate = (float)(job->settings.rate / size);
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adafactor_apply, job);
}

void ft_adafactor_matrix(float *restrict weight, float *restrict row, float *restrict column,
                         float *restrict gradient, ft_adafactor_settings settings, size_t rows,
                         size_t columns) {
  if (rows == 0 || columns == 0) return;
  ft_adafactor_job job = {.weight = weight,
                          .row = row,
                          .column = column,
                          .gradient = gradient,
                          .settings = settings,
                          .rows = rows,
                          .columns = columns};
  ft_parallel(rows, ft_row_grain(columns), ft_path()->adafactor_rows, &job);
  ft_parallel(columns, FT_COLUMN_GRAIN, ft_path()->adafactor_columns, &job);
  double sum = 0;
  for (size_t i = 0; i < rows; i++) sum += row[i];
  job.row_mean = (float)(sum / (double)rows);
  ft_parallel(rows, ft_row_grain(columns), ft_path()->adafactor_matrix_step, &job);
  apply_adafactor(&job, rows * columns);
}

void ft_adafactor_vector(float *restrict weight, float *restrict square, float *restrict gradient,
                         ft_adafactor_settings settings, size_t n) {
  if (n == 0) return;
  ft_adafactor_job job = {
      .weight = weight, .row = square, .gradient = gradient, .settings = settings};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adafactor_vector_step, &job);
  apply_adafactor(&job, n);
}
