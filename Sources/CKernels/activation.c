// SwiGLU: threads divide the elements.
#include "paths.h"
#include "range_kernels.h"

/// An element costs about as much as four of a sum.
enum { grain = 1024 };

void ft_swiglu_forward(float *restrict out, const float *restrict gate, const float *restrict up,
                       size_t n) {
  ft_swiglu_job job = {.out = out, .gate = gate, .up = up};
  ft_parallel(n, grain, ft_path()->swiglu_forward, &job);
}

void ft_swiglu_backward(float *restrict dgate, float *restrict dup, const float *restrict dout,
                        const float *restrict gate, const float *restrict up, size_t n) {
  ft_swiglu_job job = {.dgate = dgate, .dup = dup, .dout = dout, .gate = gate, .up = up};
  ft_parallel(n, grain, ft_path()->swiglu_backward, &job);
}
