// The jobs of range kernels whose public functions have few arguments and make the job of them.
//
// Part of the interface for a device that runs the same kernels elsewhere: see CUDAKernels.
#ifndef FT_RANGE_JOBS_H
#define FT_RANGE_JOBS_H

#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"

/// Elements that `ft_sum_of_squares` sums in sixteen lanes before joining.
#define FT_STRETCH ((size_t)4096)

typedef struct {
  float *out;
  const float *a, *b;
  float factor;
  size_t rows, channels;
} ft_elementwise_job;

typedef struct {
  float *out;
  const float *x;
  float parameter;  ///< the deviation, or the probability of dropping
  ft_stream stream;
} ft_random_job;

typedef struct {
  float *out;
  const float *x;
  const int32_t *indices;
  size_t rows, channels;
} ft_rows_job;

typedef struct {
  float *out;
  const float *x, *y;
  const int32_t *indices;
  const float *weights;
  const int32_t *places;  ///< of the rows' weights or products; NULL: one after the other
  size_t channels;
} ft_weighted_rows_job;

typedef struct {
  float *out;
  const float *x;
  size_t width;
} ft_softmax_job;

typedef struct {
  int32_t *out;
  const float *x;
  size_t width;
} ft_argmax_job;

typedef struct {
  float *out;
  const float *x;
  float largest, temperature;
} ft_likelihoods_job;

typedef struct {
  void *out;
  const float *x;
  size_t channels;
  ft_weight_format format;
} ft_rounding_job;

/// A pass of Adafactor over a matrix, with a number found between two passes.
typedef struct {
  ft_adafactor_job job;
  float *found;  ///< the mean of the rows' means, or the rate after clipping
} ft_adafactor_pass;

#endif
