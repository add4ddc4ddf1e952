// Layer norm: threads divide the rows, and for the gradients of weight and bias the columns.
#include "paths.h"
#include "range_kernels.h"

void ft_layer_norm_forward(float *restrict y, float *restrict mean, float *restrict inverse,
                           const float *restrict x, const float *restrict weight,
                           const float *restrict bias, float epsilon, size_t rows,
                           size_t channels) {
  ft_layer_norm_job job = {.y = y,
                           .mean_out = mean,
                           .inverse_out = inverse,
                           .x = x,
                           .weight = weight,
                           .bias = bias,
                           .epsilon = epsilon,
                           .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->layer_norm_forward, &job);
}

void ft_layer_norm_backward(float *restrict dx, float *restrict dweight, float *restrict dbias,
                            const float *restrict dy, const float *restrict x,
                            const float *restrict weight, const float *restrict mean,
                            const float *restrict inverse, size_t rows, size_t channels) {
  ft_layer_norm_job job = {.dx = dx,
                           .dweight = dweight,
                           .dy = dy,
                           .x = x,
                           .weight = weight,
                           .mean = mean,
                           .inverse = inverse,
                           .rows = rows,
                           .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->layer_norm_backward_x, &job);
  if (dweight != NULL)
    ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->layer_norm_backward_weight, &job);
  if (dbias != NULL) ft_bias_backward(dbias, dy, rows, channels);
}
