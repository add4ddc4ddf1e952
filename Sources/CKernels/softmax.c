// Softmax and cross-entropy: threads divide the rows.
#include "paths.h"
#include "range_kernels.h"

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

void ft_cross_entropy_forward(float *restrict losses, uint8_t *restrict correct,
                              const float *restrict logits, const int32_t *labels, size_t rows,
                              size_t vocabulary) {
  ft_cross_entropy_job job = {.losses = losses,
                              .correct = correct,
                              .logits = logits,
                              .labels = labels,
                              .vocabulary = vocabulary};
  ft_parallel(rows, ft_row_grain(4 * vocabulary), ft_path()->cross_entropy, &job);
}

void ft_cross_entropy_backward(float *restrict losses, uint8_t *restrict correct,
                               float *restrict logits, const int32_t *labels, float factor,
                               size_t rows, size_t vocabulary) {
  ft_cross_entropy_job job = {.losses = losses,
                              .correct = correct,
                              .logits = logits,
                              .gradient = logits,
                              .labels = labels,
                              .factor = factor,
                              .vocabulary = vocabulary};
  ft_parallel(rows, ft_row_grain(4 * vocabulary), ft_path()->cross_entropy, &job);
}
