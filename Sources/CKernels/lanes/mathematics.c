// exp, tanh and erf of an array: series after range reduction, of IEEE operations only.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_exp(float *out, const float *x, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x};
  ft_parallel(n, 1024, ft_path()->exponential, &job);
}

void ft_tanh(float *out, const float *x, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x};
  ft_parallel(n, 1024, ft_path()->hyperbolic_tangent, &job);
}

void ft_erf(float *out, const float *x, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x};
  ft_parallel(n, 1024, ft_path()->error_function, &job);
}
