// The clamped gated activation: threads divide the pairs.
#include "paths/paths.h"
#include "paths/range_kernels.h"

/// A pair costs about as much as four elements of a sum.
enum { grain = 1024 };

void ft_clamped_gate_forward(const ft_clamped_gate_job *job) {
  ft_parallel(job->n, grain, ft_path()->clamped_gate_forward, job);
}

void ft_clamped_gate_backward(const ft_clamped_gate_job *job) {
  ft_parallel(job->n, grain, ft_path()->clamped_gate_backward, job);
}
