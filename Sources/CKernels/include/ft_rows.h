// What is done with the rows of a matrix: norms, convolution, embedding, softmax and losses.
// The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_ROWS_H
#define FT_KERNELS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A convolution goes along sequences, as attention does.
#include "ft_attention.h"

// --- Norm ----------------------------------------------------------------------------------------

/// y = x / sqrt(mean(x²) + epsilon) · (offset + weight)
typedef struct {
  float *y;             ///< [N, C]
  float *inverse_rms;   ///< [N]: the reciprocal root of each row, which the backward pass needs
  const float *x;       ///< [N, C]
  const float *weight;  ///< [C]
  float offset;         ///< 0, or 1 where weights are kept less one
  float epsilon;
  size_t rows, channels;  ///< N, C
} ft_rms_norm_job;
void ft_rms_norm_forward(const ft_rms_norm_job *job);

/// dx += the gradient of x; dweight += that of weight (one chain over ascending rows an element).
typedef struct {
  float *dx;                          ///< [N, C]
  float *dweight;                     ///< [C], or NULL
  const float *dy, *x;                ///< [N, C]
  const float *weight, *inverse_rms;  ///< [C], [N]
  float offset;
  size_t rows, channels;  ///< N, C
} ft_rms_norm_backward_job;
void ft_rms_norm_backward(const ft_rms_norm_backward_job *job);

/// y = (x − mean(x)) / sqrt(variance(x) + epsilon) · (offset + weight) + bias, 0 without a bias. The variance
/// is the mean square of x − mean(x).
typedef struct {
  float *y;                    ///< [N, C]
  float *mean, *inverse;       ///< [N]: the mean and the reciprocal root of each row
  const float *x;              ///< [N, C]
  const float *weight, *bias;  ///< [C]; the bias may be NULL
  float offset;                ///< 0, or 1 where weights are kept less one
  float epsilon;
  size_t rows, channels;  ///< N, C
} ft_layer_norm_job;
void ft_layer_norm_forward(const ft_layer_norm_job *job);

/// dx += the gradient of x; dweight and dbias += theirs (one chain over ascending rows an element).
typedef struct {
  float *dx;                    ///< [N, C]
  float *dweight, *dbias;       ///< [C], or NULL
  const float *dy, *x;          ///< [N, C]
  const float *weight;          ///< [C]
  const float *mean, *inverse;  ///< [N]
  float offset;
  size_t rows, channels;  ///< N, C
} ft_layer_norm_backward_job;
void ft_layer_norm_backward(const ft_layer_norm_backward_job *job);

// --- Convolution -------------------------------------------------------------------------------------

/// The most rows that a convolution looks at.
#define FT_CONVOLUTION_LIMIT ((size_t)16)

/// Causal convolution of each channel by itself: out[t] = bias + the sum over k of weight[k] ·
/// x[t − (K − 1) + k], where row t of out is row key_count − query_count + t of the sequence's x, and
/// rows before the first give nothing.
///
/// A sum is one chain over ascending k. Of the gradients dx, overwritten, is one over ascending rows
/// of dout; dweight, added to, one over the rows of all sequences in order.
typedef struct {
  float *out;           ///< [N, C], written by the forward pass
  float *dx;            ///< [N, C], written by the backward pass, where each row of x is one of out
  float *dweight;       ///< [C, K]; NULL where nobody asks for it
  const float *dout;    ///< [N, C], read by the backward pass
  const float *x;       ///< [M, C]
  const float *weight;  ///< [C, K], K at most `FT_CONVOLUTION_LIMIT`
  const float *bias;    ///< [C], or NULL
  const ft_sequence *sequences;
  size_t sequence_count, channels, size;  ///< ·, C, K
} ft_convolution_job;
void ft_convolution_forward(const ft_convolution_job *job);
void ft_convolution_backward(const ft_convolution_job *job);

// --- Embedding -----------------------------------------------------------------------------------------

/// out [N, C] = the rows of x that `indices` [N] name; of a table, the embedding's forward pass.
void ft_gather_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                    size_t rows, size_t channels);
/// dtable[ids[n]] += dout[n], for ascending n; ids may repeat.
void ft_embedding_backward(float *restrict dtable, const float *restrict dout, const int32_t *ids,
                           size_t rows, size_t channels);
/// out[indices[n]] += x[n]; indices are distinct.
void ft_scatter_add_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                         size_t rows, size_t channels);

/// out[indices[n]] += weights[places[n]] · x[n]; indices are distinct. `places` may be NULL here and
/// below: weights[n].
void ft_scatter_add_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                             const float *weights, const int32_t *places, size_t rows,
                             size_t channels);
/// out [N, C]: row n is weights[places[n]] · the row of x that indices[n] names.
void ft_gather_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                        const float *weights, const int32_t *places, size_t rows, size_t channels);
/// sums[places[n]] += the product of row n of y [N, C] and the row of x that indices[n] names; places
/// are distinct.
void ft_add_row_products(float *restrict sums, const int32_t *places, const float *restrict x,
                         const int32_t *indices, const float *restrict y, size_t rows,
                         size_t channels);

// --- Softmax and cross-entropy ---------------------------------------------------------------------------

/// Each row of out [N, V] = softmax of the row of x; `out` may be `x`.
void ft_softmax(float *out, const float *x, size_t rows, size_t width);
/// out[n] = the place of the largest element of row n of x [N, V], the first of equals; NaN is
/// never the largest, and 0 stands for a row of nothing else.
void ft_argmax(int32_t *restrict out, const float *restrict x, size_t rows, size_t width);
/// out[i] = exp((x[i] − largest) / temperature): likelihoods up to a common factor.
void ft_likelihoods(float *restrict out, const float *restrict x, float largest,
                    float temperature, size_t n);
/// losses[n] = logsumexp(logits[n]) − logits[n, labels[n]]
typedef struct {
  float *losses;          ///< [N]
  uint8_t *correct;       ///< [N], or NULL: 1 where `ft_argmax` gives the label, else 0
  const float *logits;    ///< [N, V]
  float *gradient;        ///< [N, V] = (softmax − one-hot) · factor; may be the logits, or NULL
  const int32_t *labels;  ///< [N], each in 0..<V
  float factor;
  size_t rows, vocabulary;  ///< N, V
} ft_cross_entropy_job;
void ft_cross_entropy(const ft_cross_entropy_job *job);

/// losses[n] = Σ p · (log p − log q), p = softmax(targets[n]), q = softmax(logits[n])
typedef struct {
  float *losses;          ///< [N]
  uint8_t *correct;       ///< [N]: as in `ft_cross_entropy`
  float *logits;          ///< [N, V]
  float *targets;         ///< [N, V], overwritten
  const int32_t *labels;  ///< [N], each in 0..<V
  bool has_gradient;      ///< whether the logits become (q − p) · factor
  float factor;
  size_t rows, vocabulary;  ///< N, V
} ft_divergence_job;
void ft_divergence(const ft_divergence_job *job);

#endif
