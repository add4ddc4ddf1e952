// Rows gathered from and summed into a matrix by index, each with a weight: threads divide the rows.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// What weighing rows needs; both kinds take the same.
static ft_weighted_rows_job weighing_job(float *out, const float *x, const int32_t *indices,
                                         const float *weights, const int32_t *places,
                                         size_t channels) {
  return (ft_weighted_rows_job){.out = out,
                                .x = x,
                                .indices = indices,
                                .weights = weights,
                                .places = places,
                                .channels = channels};
}

void ft_scatter_add_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                             const float *weights, const int32_t *places, size_t rows,
                             size_t channels) {
  ft_weighted_rows_job job = weighing_job(out, x, indices, weights, places, channels);
  ft_parallel(rows, ft_row_grain(channels), ft_path()->scatter_add_weighted, &job);
}

void ft_gather_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                        const float *weights, const int32_t *places, size_t rows, size_t channels) {
  ft_weighted_rows_job job = weighing_job(out, x, indices, weights, places, channels);
  ft_parallel(rows, ft_row_grain(channels), ft_path()->gather_weighted, &job);
}

void ft_add_row_products(float *restrict sums, const int32_t *places, const float *restrict x,
                         const int32_t *indices, const float *restrict y, size_t rows,
                         size_t channels) {
  ft_weighted_rows_job job = {
      .out = sums, .x = x, .y = y, .indices = indices, .places = places, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->add_row_products, &job);
}
