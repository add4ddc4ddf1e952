// Rotary positions, attention, and the gated delta rule.
// The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_ATTENTION_H
#define FT_KERNELS_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Rotary position embedding ---------------------------------------------------------------------

/// Fills cosine and sine [T, W/2] for angle t · inverse_frequencies[i]; computed in double.
void ft_rope_table(float *cosine, float *sine, const double *inverse_frequencies, size_t time,
                   size_t half_width);
/// Rotates the first W numbers of each head of x in place by the rows of the table that `positions`
/// name; pairs are (i, i + W/2), as in Hugging Face llama, or (2i, 2i + 1) when interleaved.
typedef struct {
  float *x;                        ///< [N, H, D]
  const int32_t *positions;        ///< [N], each in 0..<T
  const float *cosine, *sine;      ///< [T, W/2], of `ft_rope_table`
  bool inverse;                    ///< rotates back: the backward pass
  bool interleaved;                ///< pairs are neighbours
  size_t rows, heads, head_width;  ///< N, H, D
  size_t turned_width;             ///< W, at most D
} ft_rope_job;
void ft_rope(const ft_rope_job *job);

// --- Attention ---------------------------------------------------------------------------------------

/// A stretch of the packed rows that attends to itself alone.
typedef struct {
  size_t query_start;  ///< first row of q, out
  size_t query_count;
  size_t key_start;  ///< first row of k, v
  /// At least query_count: query i stands at position key_count − query_count + i. It may be fewer
  /// where every query sees all keys, and no position counts.
  size_t key_count;
} ft_sequence;

/// Which keys a query sees, and how its scores are made.
typedef struct {
  float scale;     ///< of q · k
  float soft_cap;  ///< scores become cap · tanh(score / cap); 0 for none
  bool causal;     ///< keys after the query's own position are not seen
  size_t window;   ///< only keys fewer than this many positions from the query; 0 for all
} ft_attention_options;

/// What is added to scale · q · k by how far the key lies after the query: for a distance d, which
/// is negative before it, `numbers[h · stride + origin + d]` of head h.
///
/// Distances are read a vector at a time: a row has 16 numbers more, before and after, than the
/// distances of queries and keys.
typedef struct {
  const float *numbers;  ///< [H, stride]; NULL for none
  size_t stride, origin;
} ft_distance_bias;

/// Keys and values of earlier tokens, in blocks of 64 tokens that lie anywhere in memory.
///
/// Row r of the values [·, G, D] begins `v_offset + (r % 64) · G · D` elements into
/// `blocks[r / 64]`. Keys lie there turned, [G · D, 64], as scores are computed: channel c of row r
/// is element `k_offset + c · 64 + r % 64`, put there by `ft_cache_keys`; keys that a block does
/// not have yet may hold anything. A sequence's `key_start` is a multiple of 64.
typedef struct {
  const void *const *blocks;
  size_t k_offset, v_offset;
  bool is_bf16;  ///< elements are bfloat16, widened as they are read; else float32
} ft_key_cache;

/// Attention of grouped heads over sequences of different lengths; head h reads key head
/// h / (H / G), and D is at most 256.
///
/// Runs over key blocks of a fixed size (64) counted from the start of the sequence, those outside
/// the window left out, with a running maximum; scores are chains over D, a block's probabilities
/// are summed in sixteen lanes, values are chains over the keys of a block. A row's result does not
/// depend on the other rows of the job: one query with a cache gives the bits of the whole sequence
/// at once, and a cache of float32 those of rows that lie together.
typedef struct {
  float *out;                           ///< [N, H, D], rows H · D apart
  float *log_sum;                       ///< [N, H], which the backward pass needs
  const float *q;                       ///< [N, H, D]
  const float *k, *v;                   ///< [M, G, D]; not read where there is a cache
  size_t q_stride, k_stride, v_stride;  ///< floats from one row to the next
  const ft_key_cache *cache;            ///< the keys and values, unless NULL
  const ft_sequence *sequences;
  size_t sequence_count, heads, key_heads, head_width;  ///< ·, H, G, D
  ft_attention_options options;
  /// [H, ·], or NULL: what is added to the scores of a head with each key, after the cap; rows
  /// reach a multiple of 64 past every sequence's keys.
  const float *key_scores;
  size_t key_scores_stride;  ///< floats from one head's row to the next
  ft_distance_bias bias;
} ft_attention_job;
void ft_attention_forward(const ft_attention_job *job);

/// Gradients of `ft_attention_forward`; adds to dq, dk, dv, which have the strides of q, k, v.
/// dq is a chain over ascending keys, dk and dv over ascending (head in its group, query), and each
/// number of dbias over ascending (block of keys, query).
typedef struct {
  float *dq, *dk, *dv;
  float *dbias;              ///< [sequences, H, stride] of the bias; NULL where nobody asks for it
  const float *dout;         ///< [N, H, D]
  ft_attention_job forward;  ///< the job that was done, without a cache; it is only read
} ft_attention_backward_job;
void ft_attention_backward(const ft_attention_backward_job *job);

/// Attention with a sink: exp(sink) joins the sum that a head's scores are divided by.
///
/// Forward, out and log_sum are those of `ft_attention_forward` and become those with the sink, from
/// which its backward pass goes on; here dsinks += the gradient of the sinks, one chain over
/// ascending rows a head.
typedef struct {
  float *out;          ///< [N, H, D]
  float *log_sum;      ///< [N, H]
  float *dsinks;       ///< [H], written by the backward pass
  const float *dout;   ///< [N, H, D], read by the backward pass
  const float *sinks;  ///< [H]
  size_t rows, heads, head_width;  ///< N, H, D
} ft_sinks_job;
void ft_sinks_forward(const ft_sinks_job *job);
void ft_sinks_backward(const ft_sinks_job *job);

/// Puts keys [N, G · D], rounded where the cache is bfloat16, into columns `first..<first + N` (at
/// most 64) of a block's keys [G · D, 64].
void ft_cache_keys(void *restrict block_keys, bool is_bf16, const float *restrict keys,
                   size_t first, size_t count, size_t width);

// --- The gated delta rule ----------------------------------------------------------------------------

/// The widest head of keys.
#define FT_DELTA_LIMIT ((size_t)512)

/// A state of a head, `[K, V]`, that each row of a sequence changes and reads:
///
///   S = decay · S;  S += k ⊗ (beta · (v − Sᵀ k));  out = Sᵀ q
///
/// Sums over K are four chains, one a row of the state in turn, joined two by two; sums over V of
/// gradients are sixteen lanes joined by a tree, then one chain over blocks of sixteen columns and over
/// the value heads of a key head. A row's bits depend on the rows before it alone, however they come.
typedef struct {
  float *out;           ///< [N, H · V], written by the forward pass
  float *dq, *dk;       ///< [N, G · K], written by the backward pass, as the gradients after them
  float *dv;            ///< [N, H · V]
  float *ddecay, *dbeta;  ///< [N, H]
  const float *dout;    ///< [N, H · V], read by the backward pass
  const float *q, *k;   ///< [N, G · K]
  const float *v;       ///< [N, H · V]
  const float *decay, *beta;  ///< [N, H]
  const ft_sequence *sequences;  ///< of which keys do not count
  /// The states before the first rows, [H, K, V] a sequence, one that is NULL being zeros; all are
  /// where this is NULL, and to the backward pass.
  const float *const *before;
  float *const *after;  ///< where the states after the last rows are written; or NULL
  size_t sequence_count;
  size_t key_heads, value_heads;  ///< G, and H, a multiple of it
  size_t key_width, value_width;  ///< K, at most `FT_DELTA_LIMIT`, and V
} ft_delta_rule_job;
void ft_delta_rule_forward(const ft_delta_rule_job *job);
/// The gradients of `ft_delta_rule_forward`.
void ft_delta_rule_backward(const ft_delta_rule_job *job);

/// out = exp(−exp(rate) · log(1 + exp(x + bias))), between 0 and 1.
///
/// Gradients of rate and bias are added to, one chain over the rows in order.
typedef struct {
  float *out;              ///< [N, C], written by the forward pass
  float *dx;               ///< [N, C], written by the backward pass
  float *drate, *dbias;    ///< [C], or NULL
  const float *dout;       ///< [N, C], read by the backward pass
  const float *x;          ///< [N, C]
  const float *rate, *bias;  ///< [C]
  size_t rows, channels;   ///< N, C
} ft_decay_job;
void ft_decay_forward(const ft_decay_job *job);
/// The gradients of `ft_decay_forward`.
void ft_decay_backward(const ft_decay_job *job);

#endif
