// Activations, gated and alone, and the soft cap: threads divide the elements.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// An element costs about as much as four of a sum.
enum { grain = 1024 };

void ft_activation_forward(const ft_activation_job *job) {
  const ft_path_table *path = ft_path();
  ft_parallel(job->n, grain, job->up == NULL ? path->activation_forward : path->gated_forward, job);
}

void ft_activation_backward(const ft_activation_job *job) {
  const ft_path_table *path = ft_path();
  ft_parallel(job->n, grain, job->up == NULL ? path->activation_backward : path->gated_backward,
              job);
}

void ft_soft_cap_forward(float *out, const float *x, float cap, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x, .factor = cap};
  ft_parallel(n, grain, ft_path()->soft_cap_forward, &job);
}

void ft_soft_cap_backward(float *restrict dx, const float *restrict y, float cap, size_t n) {
  ft_elementwise_job job = {.out = dx, .a = y, .factor = cap};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->soft_cap_backward, &job);
}
