// Reductions of a whole tensor: threads divide stretches, whose sums are joined in order.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// Stretches summed before they are joined: their sums live on the stack.
enum { round_stretches = 1024 };

double ft_sum_of_squares(const float *x, size_t n) {
  double sums[round_stretches];
  double total = 0;
  for (size_t start = 0; start < n; start += round_stretches * FT_STRETCH) {
    size_t left = n - start;
    size_t stretches = left / FT_STRETCH + (left % FT_STRETCH != 0);
    if (stretches > round_stretches) stretches = round_stretches;
    ft_reduction_job job = {.x = x + start, .count = left, .sums = sums};
    ft_parallel(stretches, 1, ft_path()->sums_of_squares, &job);
    for (size_t i = 0; i < stretches; i++) total += sums[i];
  }
  return total;
}

bool ft_all_finite(const float *x, size_t n) {
  int32_t found_infinite = 0;
  ft_reduction_job job = {.x = x, .found_infinite = &found_infinite};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->all_finite, &job);
  return found_infinite == 0;
}
