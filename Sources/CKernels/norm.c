// Root-mean-square norm: threads divide the rows, and for the gradient of the weight the columns.
#include "paths.h"
#include "range_kernels.h"

void ft_rms_norm_forward(float *restrict y, float *restrict inverse_rms, const float *restrict x,
                         const float *restrict weight, float offset, float epsilon,
                         size_t rows, size_t channels) {
  ft_rms_norm_job job = {.y = y,
                         .inverse_rms_out = inverse_rms,
                         .x = x,
                         .weight = weight,
                         .offset = offset,
                         .epsilon = epsilon,
                         .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->rms_norm_forward, &job);
}

void ft_rms_norm_backward(float *restrict dx, float *restrict dweight, const float *restrict dy,
                          const float *restrict x, const float *restrict weight, float offset,
                          const float *restrict inverse_rms, size_t rows, size_t channels) {
  ft_rms_norm_job job = {.dx = dx,
                         .dweight = dweight,
                         .dy = dy,
                         .x = x,
                         .weight = weight,
                         .offset = offset,
                         .inverse_rms = inverse_rms,
                         .rows = rows,
                         .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->rms_norm_backward_x, &job);
  if (dweight == NULL) return;
  ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->rms_norm_backward_weight, &job);
}
