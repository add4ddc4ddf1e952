// Elementwise kernels: threads divide the elements, the rows, or for a sum of rows the columns.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_fill(float *out, float value, size_t n) {
  ft_elementwise_job job = {.out = out, .factor = value};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->fill, &job);
}

void ft_add(float *out, const float *a, const float *b, size_t n) {
  ft_elementwise_job job = {.out = out, .a = a, .b = b};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->add, &job);
}

void ft_scale(float *out, const float *x, float factor, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x, .factor = factor};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->scale, &job);
}

void ft_multiply(float *out, const float *a, const float *b, size_t n) {
  ft_elementwise_job job = {.out = out, .a = a, .b = b};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->multiply, &job);
}

void ft_add_bias(float *out, const float *bias, size_t rows, size_t channels) {
  ft_elementwise_job job = {.out = out, .a = bias, .channels = channels};
  ft_parallel(rows, ft_row_grain(channels), ft_path()->add_bias, &job);
}

void ft_bias_backward(float *dbias, const float *dy, size_t rows, size_t channels) {
  ft_elementwise_job job = {.out = dbias, .a = dy, .rows = rows, .channels = channels};
  ft_parallel(channels, FT_COLUMN_GRAIN, ft_path()->bias_backward, &job);
}
