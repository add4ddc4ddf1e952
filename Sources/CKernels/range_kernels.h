// The kernels that do a range of rows, columns or elements, all of one shape: a job (the public
// function's arguments, as one struct) and the range. A public wrapper fills the job and calls
// `ft_parallel(count, grain, ft_path()->NAME, &job)`.
#ifndef FT_RANGE_KERNELS_H
#define FT_RANGE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"

/// Opens the definition of a range kernel in a template file.
#define FT_RANGE_KERNEL(name)                            \
  static void name(void *context, size_t begin, size_t end, \
                   __attribute__((unused)) size_t thread)

#define FT_RANGE_ENTRY(X, name) \
  X(void, name, (void *context, size_t begin, size_t end, size_t thread))

/// X(result, name, parameters), for the list in `paths.h`.
#define FT_RANGE_KERNELS(X)                     \
  FT_RANGE_ENTRY(X, fill)                       \
  FT_RANGE_ENTRY(X, add)                        \
  FT_RANGE_ENTRY(X, scale)                      \
  FT_RANGE_ENTRY(X, add_scaled)                 \
  FT_RANGE_ENTRY(X, add_bias)                   \
  FT_RANGE_ENTRY(X, bias_backward)              \
  FT_RANGE_ENTRY(X, activation_forward)         \
  FT_RANGE_ENTRY(X, activation_backward)        \
  FT_RANGE_ENTRY(X, gated_forward)              \
  FT_RANGE_ENTRY(X, gated_backward)             \
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
  FT_RANGE_ENTRY(X, embedding_backward)         \
  FT_RANGE_ENTRY(X, scatter_add_rows)           \
  FT_RANGE_ENTRY(X, softmax)                    \
  FT_RANGE_ENTRY(X, argmax)                     \
  FT_RANGE_ENTRY(X, likelihoods)                \
  FT_RANGE_ENTRY(X, cross_entropy)              \
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
  FT_RANGE_ENTRY(X, sums_of_squares)            \
  FT_RANGE_ENTRY(X, all_finite)                 \
  FT_RANGE_ENTRY(X, bf16_to_f32)                \
  FT_RANGE_ENTRY(X, f32_to_bf16)                \
  FT_RANGE_ENTRY(X, f16_to_f32)                 \
  FT_RANGE_ENTRY(X, f32_to_f16)                 \
  FT_RANGE_ENTRY(X, pack_panels)                \
  FT_RANGE_ENTRY(X, unpack_rows)                \
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

/// One stream of random numbers, from element `offset` on.
typedef struct {
  uint64_t seed, offset;
  uint32_t purpose, step;
} ft_stream;

typedef struct {
  float *out;
  const float *a, *b;
  float factor;
  size_t rows, channels;
} ft_elementwise_job;

typedef struct {
  float *out, *dgate, *dup;
  const float *dout, *gate, *up;  ///< `up` is NULL where nothing is gated
  ft_activation kind;
} ft_activation_job;

typedef struct {
  float *out;
  const float *x;
  float parameter;  ///< the deviation, or the probability of dropping
  ft_stream stream;
} ft_random_job;

typedef struct {
  float *y, *inverse_rms_out, *dx, *dweight;
  const float *x, *dy, *weight, *inverse_rms;
  float epsilon, offset;
  size_t rows, channels;
} ft_rms_norm_job;

typedef struct {
  float *y, *mean_out, *inverse_out, *dx, *dweight;
  const float *x, *dy, *weight, *bias, *mean, *inverse;
  float epsilon;
  size_t rows, channels;
} ft_layer_norm_job;

typedef struct {
  float *x;
  const int32_t *positions;
  const float *cosine, *sine;
  bool inverse;
  size_t heads, head_width, turned_width;
} ft_rope_job;

typedef struct {
  float *out, *log_sum_out, *dq, *dk, *dv;
  const float *q, *k, *v, *dout, *out_in, *log_sum;
  size_t q_stride, k_stride, v_stride;
  const ft_key_cache *cache;  ///< NULL: keys and values are rows of k and v
  const ft_sequence *sequences;
  size_t sequence_count, heads, key_heads, head_width;
  size_t item_heads;  ///< heads of an item, see `attention_items.h`
  ft_attention_options options;
} ft_attention_job;

typedef struct {
  float *out;
  const float *x;
  const int32_t *indices;
  size_t rows, channels;
} ft_rows_job;

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
  float *losses;
  uint8_t *correct;
  const float *logits;
  float *gradient;  ///< the logits once more, or NULL for the forward pass
  const int32_t *labels;
  float factor;
  size_t vocabulary;
} ft_cross_entropy_job;

typedef struct {
  float *weight, *m, *v;
  const float *gradient;
  ft_adamw_settings settings;
} ft_adamw_job;

typedef struct {
  float *weight, *velocity;  ///< velocity NULL: no momentum
  const float *gradient;
  ft_sgd_settings settings;
} ft_sgd_job;

typedef struct {
  float *weight, *m;
  const float *gradient;
  ft_lion_settings settings;
} ft_lion_job;

typedef struct {
  float *weight, *row, *column, *gradient;  ///< row: of a vector the squares themselves
  ft_adafactor_settings settings;
  float row_mean;
  size_t rows, columns;
} ft_adafactor_job;

/// Elements that `ft_sum_of_squares` sums in sixteen lanes before joining.
#define FT_STRETCH ((size_t)4096)

typedef struct {
  const float *x;
  size_t count;
  double *sums;  ///< one a stretch
  int32_t found_infinite;
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
