// What is done an element at a time: arithmetic, random numbers, formats, functions.
// The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_ELEMENTWISE_H
#define FT_KERNELS_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Elementwise -----------------------------------------------------------------------------

/// Which columns of a whole a part holds: `width` from `start` on, then as many `stride` further,
/// and so on until the part, of whole blocks, is full.
typedef struct {
  size_t start, width, stride;
} ft_column_blocks;

/// part [N, C] = the blocks' columns of whole [N, M].
void ft_take_columns(float *restrict part, const float *restrict whole, size_t rows,
                     size_t part_columns, size_t whole_columns, ft_column_blocks blocks);
/// The blocks' columns of whole [N, M] += part [N, C].
void ft_add_columns(float *restrict whole, const float *restrict part, size_t rows,
                    size_t part_columns, size_t whole_columns, ft_column_blocks blocks);

/// out[i] = value
void ft_fill(float *out, float value, size_t n);
/// out = a + b; `out` may be `a` or `b`.
void ft_add(float *out, const float *a, const float *b, size_t n);
/// out = x · factor; `out` may be `x`.
void ft_scale(float *out, const float *x, float factor, size_t n);
/// out = a · b, element by element; `out` may be `a` or `b`.
void ft_multiply(float *out, const float *a, const float *b, size_t n);
/// Each row of out [N, C] gets bias [C] added.
void ft_add_bias(float *out, const float *bias, size_t rows, size_t channels);
/// dbias [C] += the sum over rows of dy [N, C]; one chain over ascending rows an element.
void ft_bias_backward(float *dbias, const float *dy, size_t rows, size_t channels);
/// out [N] = 1 / sqrt(the sum of squares of each row of x [N, C]); 0 for a row of zeros.
void ft_inverse_row_norms(float *restrict out, const float *restrict x, size_t rows,
                          size_t channels);
/// Each row of out = that of x [N, C], times factors [C]; `out` may be `x`.
void ft_scale_columns(float *out, const float *x, const float *factors, size_t rows,
                      size_t channels);
/// sums [C] += the sum over rows of a · b, both [N, C]; one chain over ascending rows an element.
void ft_column_products(float *restrict sums, const float *restrict a, const float *restrict b,
                        size_t rows, size_t channels);

/// silu(x) = x / (1 + exp(−x));  gelu(x) = x · Φ(x), by erf;  its form by tanh is
/// x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2, its quick form x / (1 + exp(−1.702 · x));
/// relu(x) = max(x, 0), with slope 0 at 0, and its square;  sigmoid(x) = 1 / (1 + exp(−x)).
typedef enum {
  FT_SILU = 0,
  FT_GELU = 1,
  FT_GELU_TANH = 2,
  FT_GELU_QUICK = 3,
  FT_RELU = 4,
  FT_RELU_SQUARED = 5,
  FT_TANH = 6,
  FT_SIGMOID = 7
} ft_activation;

/// An activation alone, or as the gate of a product. Each array has n elements.
typedef struct {
  float *out;              ///< written by the forward pass
  float *dgate, *dup;      ///< written by the backward pass
  const float *dout;       ///< read by the backward pass
  const float *gate, *up;  ///< up is NULL, and dup is not written, where nothing is gated
  ft_activation kind;
  size_t n;
} ft_activation_job;

/// out = activation(gate) · up, or activation(gate).
void ft_activation_forward(const ft_activation_job *job);
/// The gradients of `ft_activation_forward`.
void ft_activation_backward(const ft_activation_job *job);

/// Gates and factors side by side, n pairs: out = (u + 1) · g / (1 + exp(−alpha · g)), where g is
/// the gate, at most `limit`, and u the factor, within ±limit.
typedef struct {
  float *out;         ///< [n], written by the forward pass
  float *dx;          ///< [n, 2], written by the backward pass
  const float *dout;  ///< [n], read by the backward pass
  const float *x;     ///< [n, 2]: gate, factor
  float alpha, limit;
  size_t n;
} ft_clamped_gate_job;
void ft_clamped_gate_forward(const ft_clamped_gate_job *job);
/// The gradients of `ft_clamped_gate_forward`.
void ft_clamped_gate_backward(const ft_clamped_gate_job *job);

/// out = cap · tanh(x / cap): x kept within ±cap. `out` may be `x`.
void ft_soft_cap_forward(float *out, const float *x, float cap, size_t n);
/// dx, the gradient of y = `ft_soft_cap_forward` of x, becomes that of x: times 1 − (y / cap)².
void ft_soft_cap_backward(float *restrict dx, const float *restrict y, float cap, size_t n);

// --- Random numbers: Philox4x32-10, counter-based ----------------------------------------------

/// A stream of random numbers (`ft_philox`), from element `offset` on: what is drawn depends on the
/// element alone, not on how a step is cut.
typedef struct {
  uint64_t seed;
  uint32_t purpose, step;
  uint64_t offset;
} ft_stream;

/// out[i] uniform in [0, 1): 24 bits of word (offset + i) of the stream.
void ft_random_uniform(float *out, ft_stream stream, size_t n);
/// out[i] normal with mean 0 and the given deviation; Box–Muller on word pairs of the stream.
/// `offset` and the reading are by element; element i uses pair i / 2.
void ft_random_normal(float *out, float deviation, ft_stream stream, size_t n);
/// out = x · keep / (1 − p), where an element is kept when its uniform number is p or more. The
/// same call on dy is the backward pass. `out` may be `x`.
void ft_dropout(float *out, const float *x, float p, ft_stream stream, size_t n);

// --- Storage formats ---------------------------------------------------------------------------------------------

/// Widens bfloat16 to float32, exactly. The source need not be aligned.
void ft_bf16_to_f32(float *restrict out, const void *restrict x, size_t n);
/// Rounds float32 to bfloat16, to nearest even; NaN stays NaN.
void ft_f32_to_bf16(void *restrict out, const float *restrict x, size_t n);
/// Widens IEEE half to float32, exactly.
void ft_f16_to_f32(float *restrict out, const void *restrict x, size_t n);
/// Rounds float32 to IEEE half, to nearest even; overflow gives infinity.
void ft_f32_to_f16(void *restrict out, const float *restrict x, size_t n);

// --- Mathematical functions, the same bits on every machine ---------------------------------------------------------

/// out = exp(x), elementwise; within 2 units in the last place.
void ft_exp(float *out, const float *x, size_t n);
/// out = tanh(x), elementwise; within 3 units in the last place.
void ft_tanh(float *out, const float *x, size_t n);
/// out = erf(x), elementwise; within 3 units in the last place.
void ft_erf(float *out, const float *x, size_t n);

#endif
