// Random numbers from a counter: no state, so any element can be drawn by any thread.
#include "paths.h"
#include "range_kernels.h"

/// An element costs about as much as four of a sum.
enum { grain = 1024 };

void ft_random_uniform(float *out, uint64_t seed, uint32_t purpose, uint32_t step,
                       uint64_t offset, size_t n) {
  ft_random_job job = {.out = out, .stream = {seed, offset, purpose, step}};
  ft_parallel(n, grain, ft_path()->random_uniform, &job);
}

void ft_random_normal(float *out, float deviation, uint64_t seed, uint32_t purpose, uint32_t step,
                      uint64_t offset, size_t n) {
  ft_random_job job = {
      .out = out, .parameter = deviation, .stream = {seed, offset, purpose, step}};
  ft_parallel(n, grain, ft_path()->random_normal, &job);
}

void ft_dropout(float *out, const float *x, float p, uint64_t seed, uint32_t purpose,
                uint32_t step, uint64_t offset, size_t n) {
  ft_random_job job = {
      .out = out, .x = x, .parameter = p, .stream = {seed, offset, purpose, step}};
  ft_parallel(n, grain, ft_path()->dropout, &job);
}
