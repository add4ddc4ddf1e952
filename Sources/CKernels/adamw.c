// The optimiser's step: threads divide the elements.
#include "paths.h"
#include "range_kernels.h"

void ft_adamw(float *restrict weight, float *restrict m, float *restrict v,
              const float *restrict gradient, ft_adamw_settings settings, size_t n) {
  ft_adamw_job job = {weight, m, v, gradient, settings};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->adamw, &job);
}
