// Storage formats: threads divide the elements.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_bf16_to_f32(float *restrict out, const void *restrict x, size_t n) {
  ft_format_job job = {out, x};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->bf16_to_f32, &job);
}

void ft_f32_to_bf16(void *restrict out, const float *restrict x, size_t n) {
  ft_format_job job = {out, x};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->f32_to_bf16, &job);
}

void ft_f16_to_f32(float *restrict out, const void *restrict x, size_t n) {
  ft_format_job job = {out, x};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->f16_to_f32, &job);
}

void ft_f32_to_f16(void *restrict out, const float *restrict x, size_t n) {
  ft_format_job job = {out, x};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->f32_to_f16, &job);
}
