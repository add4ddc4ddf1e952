// Causal convolution: threads divide the channels.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_convolution_forward(const ft_convolution_job *job) {
  ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->convolution_forward, job);
}

void ft_convolution_backward(const ft_convolution_job *job) {
  ft_parallel(job->channels, FT_COLUMN_GRAIN, ft_path()->convolution_backward, job);
}
