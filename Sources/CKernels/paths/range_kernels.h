// The kernels that do a range of rows, columns or elements, all of one shape: a job and the range.
// A public function hands its job to `ft_parallel(count, grain, ft_path()->NAME, job)`; one of few
// arguments makes one of the jobs below of them.
#ifndef FT_RANGE_KERNELS_H
#define FT_RANGE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"
#include "ft_range_jobs.h"

/// Opens the definition of a range kernel in a template file.
#ifndef FT_RANGE_KERNEL
#define FT_RANGE_KERNEL(name)                            \
  static void name(const void *context, size_t begin, size_t end, \
                   __attribute__((unused)) size_t thread)
#endif

#define FT_RANGE_ENTRY(X, name) \
  X(void, name, (const void *context, size_t begin, size_t end, size_t thread))

/// X(result, name, parameters), for the list in `paths.h`.
#define FT_RANGE_KERNELS(X)                     \
  FT_RANGE_ENTRY(X, fill)                       \
  FT_RANGE_ENTRY(X, add)                        \
  FT_RANGE_ENTRY(X, scale)                      \
  FT_RANGE_ENTRY(X, multiply)                   \
  FT_RANGE_ENTRY(X, add_bias)                   \
  FT_RANGE_ENTRY(X, bias_backward)              \
  FT_RANGE_ENTRY(X, activation_forward)         \
  FT_RANGE_ENTRY(X, activation_backward)        \
  FT_RANGE_ENTRY(X, gated_forward)              \
  FT_RANGE_ENTRY(X, gated_backward)             \
  FT_RANGE_ENTRY(X, clamped_gate_forward)       \
  FT_RANGE_ENTRY(X, clamped_gate_backward)      \
  FT_RANGE_ENTRY(X, soft_cap_forward)           \
  FT_RANGE_ENTRY(X, soft_cap_backward)          \
  FT_RANGE_ENTRY(X, random_uniform)             \
  FT_RANGE_ENTRY(X, random_normal)              \
  FT_RANGE_ENTRY(X, dropout)                    \
  FT_RANGE_ENTRY(X, rms_norm_forward)           \
  FT_RANGE_ENTRY(X, rms_norm_backward_x)        \
  FT_RANGE_ENTRY(X, rms_norm_backward_weight)   \
  FT_RANGE_ENTRY(X, layer_norm_forward)         \
  FT_RANGE_ENTRY(X, layer_norm_backward_x)      \
  FT_RANGE_ENTRY(X, layer_norm_backward_weight) \
  FT_RANGE_ENTRY(X, rope)                       \
  FT_RANGE_ENTRY(X, attention_forward)          \
  FT_RANGE_ENTRY(X, attention_backward)         \
  FT_RANGE_ENTRY(X, sinks_forward)              \
  FT_RANGE_ENTRY(X, sinks_backward)             \
  FT_RANGE_ENTRY(X, delta_rule_forward)         \
  FT_RANGE_ENTRY(X, delta_rule_backward)        \
  FT_RANGE_ENTRY(X, decay_forward)              \
  FT_RANGE_ENTRY(X, decay_backward)             \
  FT_RANGE_ENTRY(X, embedding_backward)         \
  FT_RANGE_ENTRY(X, scatter_add_rows)           \
  FT_RANGE_ENTRY(X, scatter_add_weighted)       \
  FT_RANGE_ENTRY(X, gather_weighted)            \
  FT_RANGE_ENTRY(X, add_row_products)           \
  FT_RANGE_ENTRY(X, softmax)                    \
  FT_RANGE_ENTRY(X, argmax)                     \
  FT_RANGE_ENTRY(X, likelihoods)                \
  FT_RANGE_ENTRY(X, cross_entropy)              \
  FT_RANGE_ENTRY(X, divergence)                 \
  FT_RANGE_ENTRY(X, adamw)                      \
  FT_RANGE_ENTRY(X, sgd)                        \
  FT_RANGE_ENTRY(X, lion)                       \
  FT_RANGE_ENTRY(X, adafactor_rows)             \
  FT_RANGE_ENTRY(X, adafactor_columns)          \
  FT_RANGE_ENTRY(X, adafactor_matrix_step)      \
  FT_RANGE_ENTRY(X, adafactor_vector_step)      \
  FT_RANGE_ENTRY(X, adafactor_apply)            \
  FT_RANGE_ENTRY(X, inverse_row_norms)          \
  FT_RANGE_ENTRY(X, scale_columns)              \
  FT_RANGE_ENTRY(X, column_products)            \
  FT_RANGE_ENTRY(X, convolution_forward)        \
  FT_RANGE_ENTRY(X, convolution_backward)       \
  FT_RANGE_ENTRY(X, sums_of_squares)            \
  FT_RANGE_ENTRY(X, all_finite)                 \
  FT_RANGE_ENTRY(X, bf16_to_f32)                \
  FT_RANGE_ENTRY(X, f32_to_bf16)                \
  FT_RANGE_ENTRY(X, f16_to_f32)                 \
  FT_RANGE_ENTRY(X, f32_to_f16)                 \
  FT_RANGE_ENTRY(X, pack_panels)                \
  FT_RANGE_ENTRY(X, pack_block_panels)          \
  FT_RANGE_ENTRY(X, unpack_rows)                \
  FT_RANGE_ENTRY(X, round_rows)                 \
  FT_RANGE_ENTRY(X, exponential)                \
  FT_RANGE_ENTRY(X, hyperbolic_tangent)         \
  FT_RANGE_ENTRY(X, error_function)             \
  FT_RANGE_ENTRY(X, multiply_adds)              \
  FT_RANGE_ENTRY(X, read_memory)

/// Elements of a share's smallest part: 16 KiB, about 2 µs, of streaming work …
#define FT_ELEMENT_GRAIN ((size_t)4096)
/// … and columns, where threads divide columns: two cache lines, so that no line has two writers.
#define FT_COLUMN_GRAIN ((size_t)32)

/// Rows of a share's smallest part, so that it has about `FT_ELEMENT_GRAIN` elements.
static inline size_t ft_row_grain(size_t width) {
  return width >= FT_ELEMENT_GRAIN ? 1 : FT_ELEMENT_GRAIN / (width == 0 ? 1 : width);
}

typedef struct {
  const float *x;
  size_t count;
  double *sums;             ///< one a stretch
  int32_t *found_infinite;  ///< becomes 1 at an element that is not finite; written by threads
} ft_reduction_job;

typedef struct {
  void *out;
  const void *x;
} ft_format_job;

typedef struct {
  const float *x;
  size_t rounds;
} ft_peak_job;

#endif
