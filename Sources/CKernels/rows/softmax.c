// Softmax and cross-entropy: threads divide the rows.
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_softmax(float *out, const float *x, size_t rows, size_t width) {
  ft_softmax_job job = {out, x, width};
  ft_parallel(rows, ft_row_grain(4 * width), ft_path()->softmax, &job);
}

void ft_argmax(int32_t *restrict out, const float *restrict x, size_t rows, size_t width) {
  ft_argmax_job job = {out, x, width};
  ft_parallel(rows, ft_row_grain(2 * width), ft_path()->argmax, &job);
}

void ft_likelihoods(float *restrict out, const float *restrict x, float largest,
                    float temperature, size_t n) {
  ft_likelihoods_job job = {out, x, largest, temperature};
  ft_parallel(n, FT_ELEMENT_GRAIN, ft_path()->likelihoods, &job);
}

void ft_cross_entropy(const ft_cross_entropy_job *job) {
  ft_parallel(job->rows, ft_row_grain(4 * job->vocabulary), ft_path()->cross_entropy, job);
}

void ft_divergence(const ft_divergence_job *job) {
  ft_parallel(job->rows, ft_row_grain(8 * job->vocabulary), ft_path()->divergence, job);
}
