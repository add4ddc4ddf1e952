// How the loops that measure a machine's peaks are cut between threads.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// Floats of a stretch that `read_memory` reads in one turn of its loop.
enum { stretch_floats = 64 };

double ft_multiply_adds(size_t rounds) {
  size_t threads = ft_thread_count();
  const ft_path_table *path = ft_path();
  static const float factor_and_term[] = {0.999f, 0.001f};
  ft_peak_job job = {.x = factor_and_term, .rounds = rounds};
  ft_parallel(threads, 1, path->multiply_adds, &job);
  // The path's matrix product tells how many chains there are: rows by columns of a tile.
  size_t lanes = path->matmul.rows * path->matmul.columns;
  return (double)rounds * (double)threads * (double)lanes;
}

double ft_read_memory(const float *x, size_t n, size_t rounds) {
  ft_peak_job job = {.x = x, .rounds = rounds};
  ft_parallel(n / stretch_floats, 1, ft_path()->read_memory, &job);
  return (double)(n / stretch_floats * stretch_floats) * (double)rounds * sizeof(float);
}
