// Activations, gated and alone, and the soft cap: threads divide the elements.
#include "paths.h"
#include "range_kernels.h"

/// An element costs about as much as four of a sum.
enum { grain = 1024 };

void ft_activation_forward(float *restrict out, const float *restrict x, ft_activation kind,
                           size_t n) {
  ft_activation_job job = {.out = out, .gate = x, .kind = kind};
  ft_parallel(n, grain, ft_path()->activation_forward, &job);
}

void ft_activation_backward(float *restrict dx, const float *restrict dout,
                            const float *restrict x, ft_activation kind, size_t n) {
  ft_activation_job job = {.dgate = dx, .dout = dout, .gate = x, .kind = kind};
  ft_parallel(n, grain, ft_path()->activation_backward, &job);
}

void ft_gated_forward(float *restrict out, const float *restrict gate, const float *restrict up,
                      ft_activation kind, size_t n) {
  ft_activation_job job = {.out = out, .gate = gate, .up = up, .kind = kind};
  ft_parallel(n, grain, ft_path()->gated_forward, &job);
}

void ft_gated_backward(float *restrict dgate, float *restrict dup, const float *restrict dout,
                       const float *restrict gate, const float *restrict up, ft_activation kind,
                       size_t n) {
  ft_activation_job job = {
      .dgate = dgate, .dup = dup, .dout = dout, .gate = gate, .up = up, .kind = kind};
  ft_parallel(n, grain, ft_path()->gated_backward, &job);
}

void ft_soft_cap_forward(float *out, const float *x, float cap, size_t n) {
  ft_elementwise_job job = {.out = out, .a = x, .factor = cap};
  ft_parallel(n, grain, ft_path()->soft_cap_forward, &job);
}

void ft_soft_cap_backward(float *restrict dx, const float *restrict y, float cap, size_t n) {
  ft_elementwise_job job = {.out = dx, .a = y, .factor = cap};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->soft_cap_backward, &job);
}
