// Factors and norms of a matrix: threads divide the rows, and for sums of columns the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_inverse_row_norms(float *restrict out, const float *restrict x, size_t rows,
                          size_t channels) {
  ft_elementwise_job job = {.out = out, .a = x, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->inverse_row_norms, &job);
}

void ft_scale_columns(float *out, const float *x, const float *factors, size_t rows,
                      size_t channels) {
  ft_elementwise_job job = {.out = out, .a = x, .b = factors, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->scale_columns, &job);
}

void ft_column_products(float *restrict sums, const float *restrict a, const float *restrict b,
                        size_t rows, size_t channels) {
  ft_elementwise_job job = {.out = sums, .a = a, .b = b, .rows = rows, .channels = channels};
  ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->column_products, &job);
}
