// Sinks: threads divide rows forward, heads backward.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_sinks_forward(const ft_sinks_job *job) {
  ft_parallel(job->rows, ft_row_grain(job->heads * job->head_width), ft_path()->sinks_forward, job);
}

void ft_sinks_backward(const ft_sinks_job *job) {
  ft_parallel(job->heads, 1, ft_path()->sinks_backward, job);
}
