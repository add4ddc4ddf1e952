// Steps of optimizers. The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_OPTIMIZERS_H
#define FT_KERNELS_OPTIMIZERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The sum of squares of x: sixteen lanes in each stretch of 4,096 elements, the stretches'
/// sums joined in order, in double.
double ft_sum_of_squares(const float *x, size_t n);
/// 1 when every element is finite, else 0.
bool ft_all_finite(const float *x, size_t n);

// `fresh` is 1 − beta and `kept` is 1 − rate · decay, both worked out in double and rounded once:
// 1 − 0.999 in float32 is 1.3e-5 off. `gradient_scale` is that of the clipping. Arrays have n
// elements where no shape is given.

/// One AdamW step: g = gradient · gradient_scale; m, v the running moments;
///   m = beta1 · m + fresh1 · g;  v = beta2 · v + fresh2 · g²
///   w = w · kept − rate · (m / correction1) / (sqrt(v / correction2) + epsilon)
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
typedef struct {
  float *weight, *m, *v;
  const float *gradient;
  size_t n;
  float rate, beta1, fresh1, beta2, fresh2, epsilon, kept;
  float correction1, correction2;  ///< 1 − beta^step
  float gradient_scale;
} ft_adamw_job;
void ft_adamw(const ft_adamw_job *job);

/// One step of gradient descent: g = gradient · gradient_scale + decay · w
///   velocity = momentum · velocity + g
///   w = w − rate · velocity, or with `is_nesterov` w − rate · (g + momentum · velocity)
/// Without a velocity: w − rate · g. Source: PyTorch's SGD.
typedef struct {
  float *weight;
  float *velocity;  ///< or NULL: no momentum
  const float *gradient;
  size_t n;
  float rate, momentum, decay, gradient_scale;
  bool is_nesterov;
} ft_sgd_job;
void ft_sgd(const ft_sgd_job *job);

/// One Lion step: g = gradient · gradient_scale
///   w = w · kept − rate · sign(beta1 · m + fresh1 · g);  m = beta2 · m + fresh2 · g
/// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
typedef struct {
  float *weight, *m;
  const float *gradient;
  size_t n;
  float rate, beta1, fresh1, beta2, fresh2, kept, gradient_scale;
} ft_lion_job;
void ft_lion(const ft_lion_job *job);

/// One Adafactor step of a matrix [O, C], which keeps means of squares of rows [O] and columns
/// [C] alone: g = gradient · gradient_scale
///   row = beta2 · row + fresh2 · mean over columns of (g² + epsilon);  column likewise
///   step = g / sqrt(row · column / mean(row));  w = w · kept − rate · step / max(1, rms(step))
/// A row's sum is sixteen lanes, a column's one chain over ascending rows. Of a vector each
/// element's square is kept: step = g / sqrt(row).
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 and 5, without relative steps.
typedef struct {
  float *weight;         ///< [O, C]
  float *row;            ///< [O]; of a vector [O · C]
  float *column;         ///< [C], or NULL: the weight is a vector
  float *gradient;       ///< [O, C]; the step takes its place
  size_t rows, columns;  ///< O, C
  float rate, beta2, fresh2, epsilon, kept, gradient_scale;
} ft_adafactor_job;
void ft_adafactor(const ft_adafactor_job *job);

#endif
