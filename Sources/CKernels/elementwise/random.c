// Random numbers from a counter: no state, so any element can be drawn by any thread.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// An element costs about as much as four of a sum.
enum { grain = 1024 };

void ft_random_uniform(float *out, ft_stream stream, size_t n) {
  ft_random_job job = {.out = out, .stream = stream};
  ft_parallel(n, grain, ft_path()->random_uniform, &job);
}

void ft_random_normal(float *out, float deviation, ft_stream stream, size_t n) {
  ft_random_job job = {.out = out, .parameter = deviation, .stream = stream};
  ft_parallel(n, grain, ft_path()->random_normal, &job);
}

void ft_dropout(float *out, const float *x, float p, ft_stream stream, size_t n) {
  ft_random_job job = {.out = out, .x = x, .parameter = p, .stream = stream};
  ft_parallel(n, grain, ft_path()->dropout, &job);
}
